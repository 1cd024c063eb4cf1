/**
 * C++ colours in cells that begin with `%%cuda` or `%%hip`.
 *
 * The notebook sets the language of all its cells again when a kernel starts, so ours is set again too.
 */

import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { CUDA } from './cuda';
import { cellMagic } from './language/magic';

/** Keep the language of the cells of a notebook right until its panel is closed. */
export async function highlightCells(
  panel: NotebookPanel,
  languages: IEditorLanguageRegistry
): Promise<void> {
  await panel.context.ready;
  const receiver = {};
  const notebook = panel.content;
  const wanted = (model: CodeEditor.IModel): string => {
    if (cellMagic(model.sharedModel.getSource()) !== null) {
      return CUDA;
    }
    return model.mimeType === CUDA ? notebook.codeMimetype : model.mimeType;
  };
  const correct = (model: CodeEditor.IModel): void => {
    if (model.mimeType === wanted(model)) {
      return;
    }
    // An editor loads languages on demand and shows whichever arrives last. So the one that was
    // asked for before must have arrived first.
    void languages
      .getLanguage(model.mimeType)
      .catch(() => null)
      .then(() => {
        setTimeout(() => {
          if (!model.isDisposed && model.mimeType !== wanted(model)) {
            model.mimeType = wanted(model);
          }
        });
      });
  };
  const follow = (): void => {
    for (const cell of notebook.model?.cells ?? []) {
      if (cell.type === 'code') {
        cell.mimeTypeChanged.connect(correct, receiver);
        cell.contentChanged.connect(correct, receiver);
        correct(cell);
      }
    }
  };
  follow();
  notebook.model?.cells.changed.connect(follow, receiver);
  panel.disposed.connect(() => Signal.clearData(receiver));
}
