// The colour of one pixel of a page, as the browser shows it.
import type { Page } from './page.js';

const PIXEL = `async (image, x, y) => {
  const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + image)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
}`;

/** Red, green and blue, from 0 to 255. */
export async function pixelAt(page: Page, x: number, y: number): Promise<[number, number, number]> {
  const image = await page.screenshot();
  return page.evaluate(`(${PIXEL})('${image.toString('base64')}', ${x}, ${y})`);
}
