// A person whose settings say to fix on every save.
import { scenario, setup } from './workbench.mjs';

await scenario('save', async workbench => {
  const { page } = workbench;
  await workbench.open(setup.file);
  await workbench.findings(setup.findings);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// the end');
  await workbench.save(setup.file);
  await workbench.findings(setup.remaining);

  // The page of a rule, from the link of a finding.
  await workbench.goTo(setup.line, setup.column);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+i');
  await page.locator('.monaco-hover:visible a', { hasText: 'About' }).first().click();
  const preview = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await preview.locator('h1').click();
  await page.locator('.monaco-hover:visible').waitFor({ state: 'detached' });
  await workbench.screenshot('rule');
  return { heading: await preview.locator('h1').innerText() };
});
