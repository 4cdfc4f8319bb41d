// The page of the arena, for tests: joining, and waiting for what it shows.
import type { Page } from './browser.js';

/** The page's policy forbids scripts from strings, so the waiting is done here. */
export async function until(page: Page, script: string): Promise<void> {
  while (!(await page.evaluate<boolean>(script))) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Opens the page at `url` and joins as `name`. */
export async function play(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.fill('#name', name);
  await page.click('#join button');
  await until(page, "document.querySelector('#scores .self') !== null");
}
