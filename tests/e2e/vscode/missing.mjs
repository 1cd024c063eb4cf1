// A person who has the extension, and not the Python package yet.
import { scenario, setup } from './workbench.mjs';

await scenario('missing', async workbench => {
  const { page } = workbench;
  await workbench.open(setup.file);
  const notice = page.locator('.notification-toast').filter({ hasText: 'hipwright' });
  await notice.waitFor();
  const text = await notice.innerText();
  await workbench.screenshot('notice');
  await workbench.status.click();
  const menu = page.locator('.quick-input-list .monaco-list-row');
  await menu.first().waitFor();
  const entries = await menu.allInnerTexts();
  await workbench.screenshot('menu');
  return { text, entries };
});
