// Bundlers, each told to bundle a folder's programs for pages or for Node, with their defaults in everything else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown as makeBundle } from 'rolldown';
import { BUN, type FreshProject } from '../../runtimes/fresh-project.js';
import { fromRuntimes } from '../../runtimes/install.js';

/** What a bundle is made for. */
export interface Aim {
  readonly platform: 'page' | 'node';
  readonly format: 'esm' | 'cjs';
}

interface Order extends Aim {
  readonly project: FreshProject;
  /** The programs, as paths from the project. */
  readonly programs: readonly string[];
  /** Where each of them is to be, under its own name. */
  readonly out: string;
}

export interface Bundler {
  readonly name: string;
  /** Does it, and tells what the bundler had to say: warnings too. */
  readonly bundle: (order: Order) => Promise<readonly string[]>;
}

/** Engines come with the game. */
const EXTERNAL = ['excalibur', 'playcanvas'];

const named = ({ project, programs }: Order): Record<string, string> =>
  Object.fromEntries(programs.map((program) => [basename(program, '.js'), project.path(program)]));

interface Esbuild {
  build(options: object): Promise<{ warnings: readonly { text: string }[] }>;
}

/** esbuild with `conditions` instead of those that it has for a page. */
export function esbuildFor(conditions?: readonly string[]): Bundler {
  return {
    name: ['esbuild', ...(conditions ?? [])].join('-'),
    bundle: async ({ project, programs, platform, format, out }) => {
      const { build } = await fromRuntimes<Esbuild>('esbuild');
      const { warnings } = await build({
        absWorkingDir: project.directory,
        entryPoints: programs,
        outdir: out,
        bundle: true,
        platform: conditions !== undefined ? 'neutral' : platform === 'page' ? 'browser' : 'node',
        ...(conditions === undefined ? {} : { conditions }),
        format,
        external: EXTERNAL,
        logLevel: 'silent',
      });
      return warnings.map(({ text }) => text);
    },
  };
}

const rolldown: Bundler = {
  name: 'rolldown',
  bundle: async (order) => {
    const said: string[] = [];
    const bundle = await makeBundle({
      input: named(order),
      platform: order.platform === 'page' ? 'browser' : 'node',
      external: EXTERNAL,
      onLog: (level, { message }) => void said.push(`${level}: ${message}`),
    });
    await bundle.write({ dir: order.project.path(order.out), format: order.format, entryFileNames: '[name].js' });
    await bundle.close();
    return said;
  },
};

interface Vite {
  build(options: object): Promise<unknown>;
}

const vite: Bundler = {
  name: 'Vite',
  bundle: async (order) => {
    const { build } = await fromRuntimes<Vite>('vite');
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const logger = { info: () => {}, warn: say, warnOnce: say, error: say, clearScreen: () => {} };
    await build({
      root: order.project.directory,
      configFile: false,
      customLogger: { ...logger, hasWarned: false, hasErrorLogged: () => false },
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: order.platform === 'node',
        outDir: order.out,
        modulePreload: false,
        rolldownOptions: {
          input: named(order),
          external: EXTERNAL,
          output: { format: order.format, entryFileNames: '[name].js' },
        },
      },
    });
    return said;
  },
};

interface Stats {
  toJson(options: object): { errors: readonly { message: string }[]; warnings: readonly { message: string }[] };
}
interface Webpack {
  default(options: object, done: (error: Error | null, stats: Stats) => void): { close(done: () => void): void };
}

const webpack: Bundler = {
  name: 'webpack',
  bundle: async (order) => {
    const { default: run } = await fromRuntimes<Webpack>('webpack');
    const isModule = order.format === 'esm';
    const options = {
      context: order.project.directory,
      mode: 'production',
      target: order.platform === 'page' ? 'web' : 'node',
      entry: named(order),
      experiments: { outputModule: isModule },
      externals: Object.fromEntries(EXTERNAL.map((name) => [name, isModule ? `module ${name}` : `commonjs ${name}`])),
      output: { path: order.project.path(order.out), filename: '[name].js', publicPath: '', module: isModule },
      performance: { hints: false },
      optimization: { minimize: false }, // takes most of the time, and changes nothing here
    };
    return new Promise((resolve, reject) => {
      const compiler = run(options, (error, stats) => {
        compiler.close(() => {
          if (error !== null) return reject(error);
          const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
          resolve([...errors, ...warnings].map(({ message }) => message));
        });
      });
    });
  },
};

const bun: Bundler = {
  name: 'Bun',
  bundle: async ({ project, programs, platform, format, out }) => {
    const target = platform === 'page' ? 'browser' : 'node';
    const options = [`--outdir=${out}`, '--root=.', `--target=${target}`, `--format=${format}`];
    const external = EXTERNAL.map((name) => `--external=${name}`);
    const { errors, error } = await project.run(BUN, 'build', [...programs, ...options, ...external]);
    return [errors, error?.message ?? ''].filter((text) => text !== '');
  },
};

export const BUNDLERS: readonly Bundler[] = [esbuildFor(), rolldown, vite, webpack, bun];

/** What `bundler` makes of `programs`: a folder of `project` whose files are modules of the kind asked for. */
export async function bundled(bundler: Bundler, order: Omit<Order, 'out'>): Promise<string> {
  const out = `out-${bundler.name.toLowerCase()}-${order.platform}-${order.format}`;
  const said = await bundler.bundle({ ...order, out });
  if (said.length > 0) throw new Error(`${bundler.name} says:\n${said.join('\n')}`);
  const directory = order.project.path(out);
  mkdirSync(directory, { recursive: true });
  const type = order.format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type }));
  return directory;
}
