/**
 * Compares a cell: runs its program and the port side by side in the notebook's kernel.
 *
 * The text of the cell stays as it is. What comes back is the output of the cell, so it is saved with
 * the notebook like any other output.
 */

import { Notification } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { cellMagic } from '../language/magic';
import { comparisonCode } from './code';

/** Compare one cell. Resolves when the kernel has answered; says what went wrong by itself. */
export async function compareCell(panel: NotebookPanel, cell: CodeCell): Promise<void> {
  const magic = cellMagic(cell.model.sharedModel.getSource());
  if (magic === null) {
    Notification.error('Only a cell that begins with %%cuda or %%hip can be compared.', {
      autoClose: 6000
    });
    return;
  }
  // A notebook that was just opened is still choosing its kernel.
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) {
    Notification.error('Comparing needs a Python kernel: choose one for this notebook first.', {
      autoClose: 6000
    });
    return;
  }
  const future = kernel.requestExecute(
    {
      code: comparisonCode(magic),
      store_history: false,
      stop_on_error: true,
      allow_stdin: false
    },
    false,
    { cellId: cell.model.id }
  );
  cell.model.trusted = true;
  cell.outputHidden = false;
  cell.outputArea.future = future;
  cell.setPrompt('*');
  try {
    const reply = await future.done;
    if (reply.content.status === 'error' && isMissing(reply.content)) {
      Notification.error(
        "hipwright is not installed in this kernel's Python. Install it there: pip install 'hipwright[jupyter]'",
        { autoClose: false }
      );
    }
  } catch (error) {
    // The kernel was restarted or went away; the notebook says so itself.
    if (!panel.isDisposed && !future.isDisposed) {
      throw error;
    }
  } finally {
    if (!cell.isDisposed) {
      cell.setPrompt(`${cell.model.executionCount ?? ''}`);
    }
  }
}

function isMissing(error: { ename: string; evalue: string }): boolean {
  return error.ename === 'ModuleNotFoundError' && error.evalue.includes("'hipwright");
}
