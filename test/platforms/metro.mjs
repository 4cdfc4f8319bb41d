// Bundles `main.js` of the project in the current directory as React Native's Metro does, into `bundle.js`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const Metro = require('metro');
const packages = fileURLToPath(new URL('node_modules', import.meta.url));
const project = process.cwd();

const config = await Metro.loadConfig(
  { cwd: project },
  {
    projectRoot: project,
    watchFolders: [packages],
    cacheStores: [],
    maxWorkers: 1,
    reporter: { update() {} },
    transformer: { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer') },
    // As @react-native/metro-config has it.
    resolver: { unstable_conditionNames: ['react-native'], nodeModulesPaths: [packages] },
  },
);
const { code } = await Metro.runBuild(config, {
  entry: `${project}/main.js`,
  platform: 'android',
  dev: false,
  minify: false,
});
writeFileSync('bundle.js', code);
