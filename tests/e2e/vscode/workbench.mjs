// VS Code in a browser, as a person uses it: by mouse and keyboard.
import { chromium } from 'playwright-core';

export const setup = JSON.parse(process.argv[2]);

/** Run a scenario in a fresh browser; it returns what to report. */
export async function scenario(name, play) {
  const browser = await chromium.launch({
    executablePath: setup.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write']
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const workbench = new Workbench(page, name);
  try {
    await page.goto(setup.url);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    const report = await play(workbench);
    console.log(JSON.stringify(report ?? {}));
  } catch (error) {
    await workbench.screenshot('failure');
    console.error(error);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

class Workbench {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.editor = page.locator('.editor-instance .monaco-editor').first();
    this.widget = page.locator('.action-widget:not(.action-list-submenu-panel)');
    this.status = page.locator('.statusbar-item[id$="hipwright"]');
  }

  async screenshot(what) {
    await this.page.screenshot({ path: `${setup.screenshots}/${this.name}-${what}.png` });
  }

  /** Open a file by a double click; Ctrl+P would race with the index of files. */
  async open(file) {
    const row = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`);
    await row.dblclick();
    await this.page.locator(`.tab[data-resource-name="${file}"]`).waitFor();
  }

  /** Open a notebook. While the editor starts it opens one as text; then it is opened again. */
  async openNotebook(file) {
    const overlay = this.page.locator('.notebookOverlay .code-cell-row');
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await this.open(file);
      try {
        await overlay.first().waitFor({ timeout: 4000 });
        return overlay;
      } catch (error) {
        if (attempt === 5) {
          throw error;
        }
        await this.page.locator(`.tab[data-resource-name="${file}"]`).click({ button: 'middle' });
      }
    }
  }

  /** Wait until the status item shows this many findings. */
  async findings(count) {
    const text = count === 0 ? /hipwright\s*$/ : new RegExp(`hipwright ${count}\\s*$`);
    await this.status.filter({ hasText: text }).waitFor();
  }

  squiggles(container = this.editor) {
    return container.locator('.squiggly-error, .squiggly-warning, .squiggly-info');
  }

  /** Put the cursor into the nth place of a text in the active editor, by the find widget. */
  async goTo(line, column) {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Open the list of quick fixes at the cursor. The lightbulb comes and goes; the list stays. */
  async quickFixes() {
    // On a busy machine the list can close again, when the focus comes late to the editor.
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await this.page.keyboard.press('Control+.');
      try {
        await this.widget.waitFor({ timeout: 7000 });
        break;
      } catch (error) {
        if (attempt === 4) {
          throw error;
        }
      }
    }
    return this.widget.locator('.monaco-list-row.action');
  }

  async command(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.page.locator('.quick-input-list .monaco-list-row').first();
    await row.filter({ hasText: title.split(':').at(-1).trim() }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  async save(file) {
    await this.page.keyboard.press('Control+s');
    await this.page.locator(`.tab[data-resource-name="${file}"]:not(.dirty)`).waitFor();
  }

  /** The text of the active editor, as the clipboard gets it. */
  async text() {
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Control+c');
    const text = await this.page.evaluate(() => navigator.clipboard.readText());
    await this.page.keyboard.press('Control+Home');
    return text;
  }
}
