/**
 * C++ colours in cells that begin with `%%cuda` or `%%hip`.
 *
 * The notebook sets the language of all its cells again when a kernel starts, so ours is set again too.
 */

import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { cellMagic } from './language/magic';

export const CPP = 'text/x-c++src';

/** Keep the language of the cells of a notebook right until its panel is closed. */
export async function highlightCells(panel: NotebookPanel): Promise<void> {
  await panel.context.ready;
  const receiver = {};
  const notebook = panel.content;
  const follow = (): void => {
    for (const cell of notebook.model?.cells ?? []) {
      if (cell.type === 'code') {
        cell.mimeTypeChanged.connect(correct, receiver);
        cell.contentChanged.connect(correct, receiver);
        correct(cell);
      }
    }
  };
  const correct = (model: CodeEditor.IModel): void => {
    const wanted =
      cellMagic(model.sharedModel.getSource()) !== null
        ? CPP
        : model.mimeType === CPP
          ? notebook.codeMimetype
          : model.mimeType;
    if (model.mimeType !== wanted) {
      model.mimeType = wanted;
    }
  };
  follow();
  notebook.model?.cells.changed.connect(follow, receiver);
  panel.disposed.connect(() => Signal.clearData(receiver));
}
