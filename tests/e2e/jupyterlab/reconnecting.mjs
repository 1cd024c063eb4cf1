// The language server goes away under the page: it says so, and comes back with all findings.

import { cell, options, squiggles, until, visit } from './page.mjs';
import { execFileSync } from 'node:child_process';

await visit('reconnecting.ipynb', async page => {
  const first = cell(page, 0);
  const status = page.locator('.hipwright-status-button');
  await squiggles(first).first().waitFor({ timeout: 20_000 });
  await until(() => status.innerText(), 'hipwright: 2 findings', 'the status line');

  // The processes were started by the server of this test.
  const listed = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const ours = listed
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === options.pid && args.includes('lsp'));
  if (ours.length !== 1) {
    throw new Error(`expected one language server, found ${ours.length}`);
  }
  process.kill(Number(ours[0][0]), 'SIGKILL');
  await until(() => squiggles(first).count(), 0, 'squiggles without a language server');
  await until(() => status.innerText(), 'hipwright: 2 findings', 'the status line');
  await until(() => squiggles(first).count(), 2, 'squiggles of the new language server');

  // On purpose, from the menu of the status line.
  await status.click();
  await page.getByText('Restart hipwright Language Server').click();
  await until(() => status.innerText(), 'hipwright: 2 findings', 'the status line');
  await until(() => squiggles(first).count(), 2, 'squiggles after the restart');
});
