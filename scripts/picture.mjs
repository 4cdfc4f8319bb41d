// Picture of the arena, docs/arena.jpg: `npm run picture` starts the arena, joins it in the bundled Chromium of the tests
// (test/runtimes/), plays for a few seconds and takes a screenshot. Screenshots are never equal byte for byte, so the
// picture is kept, and no check makes it again.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { BuildError, fromRoot, runMain } from './lib/files.mjs';
import { installOnce } from './lib/install.mjs';

const PICTURE = fromRoot('docs', 'arena.jpg');
const MOST_BYTES = 150_000;
const VIEWPORT = { width: 1280, height: 720 };
const SCALE = 0.75;
/** The one with most bytes shows most. */
const SHOTS = 5;
// Of a picture full of gradients, a PNG has three times the bytes.
const QUALITY = 85;
const BOTS = 6;
const PLAY_MS = 2_000;

const RUNTIMES = fromRoot('test', 'runtimes');

/** A package of the runtimes' manifest. */
async function fromRuntimes(name) {
  const { resolve } = createRequire(fromRoot('test', 'runtimes', 'package.json'));
  const { default: whole } = await import(pathToFileURL(resolve(name)).href);
  return whole;
}

/** Resolves with the arena's URL. */
function urlOf(arena) {
  return new Promise((resolve, reject) => {
    arena.on('close', () => reject(new BuildError('the arena has ended')));
    createInterface({ input: arena.stdout }).on('line', (line) => {
      const [, url] = /^arena on (\S+)$/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Joins, and says something. */
async function join(page, url) {
  await page.goto(url);
  await page.fill('#name', 'You');
  await page.click('#join button');
  await page.fill('#line', 'hello, bots');
  await page.press('#line', 'Enter');
}

/** Walks and shoots for a while. */
async function play(page) {
  const [middle, height] = [VIEWPORT.width / 2, VIEWPORT.height / 2];
  const end = Date.now() + PLAY_MS;
  await page.mouse.down();
  for (let turn = 0; Date.now() < end; turn += 1) {
    const key = ['KeyW', 'KeyD', 'KeyS', 'KeyA'][turn % 4];
    await page.keyboard.down(key);
    await page.mouse.move(middle + 400 * Math.cos(turn), height + 250 * Math.sin(turn));
    await page.waitForTimeout(300);
    await page.keyboard.up(key);
  }
  await page.mouse.up();
}

async function takePicture(url) {
  const { chromium } = await fromRuntimes('playwright-core');
  const bundled = await fromRuntimes('@sparticuz/chromium');
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ headless: true, executablePath: await bundled.executablePath(), args });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: SCALE });
    await join(page, url);
    let picture = Buffer.alloc(0);
    for (let shot = 0; shot < SHOTS; shot += 1) {
      await play(page);
      const next = await page.screenshot({ type: 'jpeg', quality: QUALITY, timeout: 0 });
      if (next.length > picture.length) picture = next;
    }
    return picture;
  } finally {
    await browser.close();
  }
}

await runMain('picture', async () => {
  installOnce(RUNTIMES);
  const arena = spawn(process.execPath, [fromRoot('examples', 'start.mjs'), '--port', '0', '--bots', `${BOTS}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const picture = await takePicture(await urlOf(arena));
    if (picture.length > MOST_BYTES) {
      throw new BuildError(`the picture has ${picture.length} bytes, the limit is ${MOST_BYTES}`);
    }
    writeFileSync(PICTURE, picture);
    console.log(`picture: docs/arena.jpg, ${picture.length} bytes`);
  } finally {
    arena.kill();
  }
});
