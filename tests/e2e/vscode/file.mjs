// A person ports a file: squiggle, quick fix, undo, fix all.
import assert from 'node:assert/strict';
import { scenario, setup } from './workbench.mjs';

await scenario('file', async workbench => {
  const { page } = workbench;
  await workbench.open(setup.file);
  await workbench.findings(setup.findings);
  await workbench.squiggles().first().waitFor();
  const before = await workbench.text();
  await workbench.screenshot('squiggles');

  // One quick fix, taken back by one undo.
  await workbench.goTo(setup.line, setup.column);
  const fixes = await workbench.quickFixes();
  const titles = await fixes.allInnerTexts();
  await workbench.screenshot('quick-fix');
  await fixes.first().click();
  await workbench.findings(setup.findings - 1);
  const fixed = await workbench.text();
  await page.keyboard.press('Control+z');
  await workbench.findings(setup.findings);
  assert.equal(await workbench.text(), before);

  // What a rule and a name have to say.
  await workbench.goTo(setup.line, setup.column);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+i');
  const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'About WARP' });
  await hover.waitFor();
  const hoverText = await hover.innerText();
  await page.waitForTimeout(500); // it fades in
  await workbench.screenshot('hover');
  await page.keyboard.press('Escape');

  // The port beside the text.
  await workbench.command('hipwright: Show the Port Side by Side');
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  await workbench.screenshot('side-by-side');
  await page.keyboard.press('Control+w');

  // Everything at once: one undo takes it back, and what is saved is the port.
  await workbench.command('hipwright: Port This File');
  await workbench.findings(setup.remaining);
  await page.keyboard.press('Control+z');
  await workbench.findings(setup.findings);
  assert.equal(await workbench.text(), before);
  await page.keyboard.press('Control+Shift+z');
  await workbench.findings(setup.remaining);
  await workbench.screenshot('fixed');
  await workbench.save(setup.file);
  return { titles, before, fixed, hover: hoverText };
});
