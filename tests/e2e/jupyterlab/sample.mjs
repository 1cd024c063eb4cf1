// The notebook that people start with: its CUDA cell is fixed, run, and compared.

import { cell, check, same, screenshot, squiggles, textOf, until, visit } from './page.mjs';

await visit('hipwright.ipynb', async page => {
  const output = holder => holder.evaluate(node => node.querySelector('.jp-OutputArea').innerText);
  const run = async holder => {
    await holder
      .locator('.cm-content')
      .first()
      .click({ position: { x: 5, y: 5 } });
    await until(
      () => holder.evaluate(node => node.classList.contains('jp-mod-active')),
      true,
      'the cell to be the active one'
    );
    await page.keyboard.press('Control+Enter');
  };
  await squiggles(page).first().waitFor();

  await run(cell(page, 1));
  await until(
    async () => (await output(cell(page, 1))).includes('cpu:64'),
    true,
    'the targets to be listed',
    60_000
  );

  // As it stands the cell is CUDA, and runs on 32 lanes.
  const cuda = cell(page, 2);
  const said = 'first share 0.0019, last share 0.0356';
  await cuda.scrollIntoViewIfNeeded();
  await squiggles(cuda).first().waitFor();
  await screenshot(page, 'sample-cuda');
  await run(cuda);
  await until(async () => (await output(cuda)).includes('warp of 32'), true, 'a run', 60_000);
  check((await output(cuda)).includes(said), `“${said}” in\n${await output(cuda)}`);

  // Fixed, it is a cell of HIP, and runs as one.
  await cuda.getByRole('button', { name: /^Fix all/ }).click();
  await until(async () => (await textOf(cuda)).startsWith('%%hip\n'), true, 'a cell of HIP');
  await until(() => squiggles(cuda).count(), 0, 'squiggles after fixing');
  await run(cuda);
  await until(async () => (await output(cuda)).includes('warp of 64'), true, 'a run', 60_000);
  check((await output(cuda)).includes(said), `“${said}” in\n${await output(cuda)}`);
  await screenshot(page, 'sample-hip');

  // It has no original any more: it is compared with itself, on 32 and on 64 lanes.
  await cuda.getByRole('button', { name: 'Compare' }).click();
  const agreed = cuda.locator('.hipwright-compare');
  await agreed.waitFor({ timeout: 60_000 });
  same(await agreed.getAttribute('data-verdict'), 'agree', 'the verdict of the fixed cell');
  const sentence = 'The run with 64 lanes computes the same as the run with 32 lanes';
  check((await agreed.innerText()).includes(sentence), `the sentence in\n${await output(cuda)}`);
  await agreed.scrollIntoViewIfNeeded();
  await screenshot(page, 'sample-compared');

  // One undo takes text and magic back.
  await cuda
    .locator('.cm-content')
    .first()
    .click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+z');
  await until(async () => (await textOf(cuda)).startsWith('%%cuda\n'), true, 'a cell of CUDA');
  check(!(await textOf(cuda)).includes('hip'), 'no HIP after one undo');

  // Where only the word is CUDA's, the cell runs as what it is.
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  for (let letter = 0; letter < 3; letter++) {
    await page.keyboard.press('Delete');
  }
  await page.keyboard.type('cuda');
  same((await textOf(cuda)).split('\n')[0], '%%cuda', 'the magic');
  await run(cuda);
  await until(
    async () => (await output(cuda)).includes('This cell is HIP: run as %%hip.'),
    true,
    'a note',
    60_000
  );
  await until(async () => (await output(cuda)).includes(said), true, 'the output', 60_000);
  await screenshot(page, 'sample-note');

  // The port, and what was only renamed.
  for (const [index, verdict] of [
    [3, 'agree'],
    [4, 'differ']
  ]) {
    const compared = cell(page, index);
    await compared.scrollIntoViewIfNeeded();
    await run(compared);
    const view = compared.locator('.hipwright-compare');
    await view.waitFor({ timeout: 60_000 });
    same(await view.getAttribute('data-verdict'), verdict, `the verdict of cell ${index}`);
    await view.scrollIntoViewIfNeeded();
    await screenshot(page, `sample-${verdict}`);
  }
});
