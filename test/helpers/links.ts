// Links and anchors of Markdown pages.

const FENCED = /^( *)(`{3,})[\s\S]*?^\1\2 *$/gm;

/** Targets of links and pictures within the project, without those in code. */
export function linksIn(text: string): string[] {
  const prose = text.replace(FENCED, '').replace(/`[^`\n]*`/g, '');
  const all = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  return all.filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings, as hosts of repositories make them. */
export function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  const prose = text.replace(FENCED, '');
  return [...prose.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, title]) => {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}
