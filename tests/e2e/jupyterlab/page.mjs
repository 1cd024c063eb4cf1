// What every scenario begins with: a browser, a page that is let in, and helpers to look at cells.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const given = JSON.parse(process.env.HIPWRIGHT_SCENARIO);

export const options = given;

export function check(condition, message) {
  if (!condition) {
    throw new Error(`expected: ${message}`);
  }
}

export function same(actual, expected, what) {
  check(
    JSON.stringify(actual) === JSON.stringify(expected),
    `${what} to be\n${JSON.stringify(expected)}\nbut it is\n${JSON.stringify(actual)}`
  );
}

/** Wait until `probe` gives `expected`; fail with what it gives instead. */
export async function until(probe, expected, what, milliseconds = 15_000) {
  const deadline = Date.now() + milliseconds;
  let actual;
  do {
    actual = await probe();
    if (JSON.stringify(actual) === JSON.stringify(expected)) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  } while (Date.now() < deadline);
  same(actual, expected, what);
}

/**
 * Open a file of the server in JupyterLab and do something with the page. What the page logs as an
 * error fails the scenario; on any failure a screenshot is left.
 */
export async function visit(path, work) {
  mkdirSync(given.results, { recursive: true });
  const browser = await chromium.launch({
    executablePath: given.browser,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync'
    ]
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
  const errors = [];
  page.on('pageerror', error => errors.push(String(error.stack ?? error)));
  page.on('console', message => {
    if (message.type() === 'error' && /hipwright/i.test(message.text())) {
      errors.push(message.text());
    }
  });
  try {
    await page.goto(`${given.url}/lab/tree/${path}?reset&token=${given.token}`);
    // The first editor may belong to a rendered Markdown cell, which stays hidden.
    await page
      .locator('.jp-Notebook .cm-content:visible, .jp-FileEditor .cm-content:visible')
      .first()
      .waitFor({ timeout: 90_000 });
    await work(page);
    same(errors, [], 'the errors of the page');
  } catch (error) {
    await page.screenshot({ path: join(given.results, 'failure.png') }).catch(() => undefined);
    // The address of the page holds the token: it does not belong in a report.
    throw new Error(String(error.stack ?? error).replaceAll(given.token, '…'), { cause: null });
  } finally {
    await browser.close();
  }
}

export async function screenshot(page, name) {
  await page.screenshot({ path: join(given.results, `${name}.png`) });
}

/** The text of a cell or file, as the editor holds it. */
export function textOf(holder) {
  return holder
    .locator('.cm-content')
    .first()
    .evaluate(
      content =>
        content.cmTile?.view?.state.doc.toString() ?? content.cmView.view.state.doc.toString()
    );
}

export function squiggles(holder) {
  return holder.locator('.cm-lintRange.hipwright-mark');
}

export function cell(page, index) {
  return page.locator('.jp-Notebook .jp-Cell').nth(index);
}

/** Let JupyterLab save, and wait until it has. */
export async function save(page) {
  const saved = page.waitForResponse(
    response => response.request().method() === 'PUT' && response.url().includes('/api/contents/')
  );
  await page.keyboard.press('Control+s');
  check((await saved).ok(), 'the file to be saved');
}
