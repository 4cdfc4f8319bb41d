// Programs for a page, built by the tools that people use: what each makes of a fresh project, as files to serve.
// What the programs do is the tests' business.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BUN, type FreshProject } from '../../runtimes/fresh-project.js';
import { fromRuntimes } from '../../runtimes/install.js';

export interface Bundler {
  readonly name: string;
  /** Builds `entries` (the first one is the page's script) and tells the files, by the path to serve them at. */
  readonly build: (project: FreshProject, entries: readonly string[]) => Promise<Record<string, Uint8Array | string>>;
}

interface Esbuild {
  build(options: object): Promise<unknown>;
}
interface Vite {
  build(options: object): Promise<unknown>;
}
interface Stats {
  hasErrors(): boolean;
  toString(options: string): string;
}
interface Webpack {
  default(options: object, done: (error: Error | null, stats?: Stats) => void): { close(done: () => void): void };
}

const page = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="./${script}"></script>\n`;

/** The files below a directory of `project`. */
function filesOf(project: FreshProject, directory: string): Record<string, Uint8Array> {
  const root = project.path(directory);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [`/${relative(root, path).replaceAll('\\', '/')}`, readFileSync(path)];
    }),
  );
}

const vite: Bundler = {
  name: 'Vite',
  build: async (project, [main]) => {
    const { build } = await fromRuntimes<Vite>('vite');
    project.write('index.html', page(main));
    const output = { outDir: 'out-vite', emptyOutDir: true };
    await build({
      root: project.directory,
      configFile: false,
      logLevel: 'warn',
      build: output,
      worker: { format: 'es' },
    });
    return filesOf(project, 'out-vite');
  },
};

const webpack: Bundler = {
  name: 'webpack',
  build: async (project, [main]) => {
    const { default: run } = await fromRuntimes<Webpack>('webpack');
    const options = {
      context: project.directory,
      mode: 'production',
      entry: `./${main}`,
      output: { path: project.path('out-webpack'), filename: 'main.js', publicPath: 'auto' },
      performance: { hints: false },
    };
    await new Promise<void>((resolve, reject) => {
      const compiler = run(options, (error, stats) => {
        compiler.close(() => {
          if (error !== null) reject(error);
          else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')));
          else resolve();
        });
      });
    });
    return { '/index.html': page('main.js'), ...filesOf(project, 'out-webpack') };
  },
};

export const esbuild: Bundler = {
  name: 'esbuild',
  build: async (project, entries) => {
    const { build } = await fromRuntimes<Esbuild>('esbuild');
    await build({
      absWorkingDir: project.directory,
      entryPoints: entries,
      outdir: 'out-esbuild',
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'silent',
    });
    return { '/index.html': page(entries[0].replace(/mjs$/, 'js')), ...filesOf(project, 'out-esbuild') };
  },
};

const bun: Bundler = {
  name: 'Bun',
  build: async (project, entries) => {
    const options = ['--outdir=out-bun', '--root=.', '--target=browser', '--minify'];
    const { error } = await project.run(BUN, 'build', [...entries, ...options]);
    if (error !== null) throw error;
    return { '/index.html': page(entries[0].replace(/mjs$/, 'js')), ...filesOf(project, 'out-bun') };
  },
};

export const BUNDLERS: readonly Bundler[] = [vite, webpack, esbuild, bun];
