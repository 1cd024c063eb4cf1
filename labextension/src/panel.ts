/** Opens something of ours beside what one works on. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';

export interface PanelOptions {
  id: string;
  title: string;
  icon: LabIcon;
}

/** Open a widget beside the document in front, or over it where there is room for one only. */
export function openBeside(app: JupyterFrontEnd, content: Widget, options: PanelOptions): void {
  const { id, title, icon } = options;
  if ('layoutModified' in app.shell) {
    const area = new MainAreaWidget({ content });
    area.id = id;
    area.title.label = title;
    area.title.icon = icon;
    area.title.closable = true;
    const front = app.shell.currentWidget;
    app.shell.add(area, 'main', { mode: 'split-right', ref: front?.id });
  } else {
    void new Dialog({
      title,
      body: content,
      buttons: [Dialog.okButton({ label: 'Close' })]
    }).launch();
  }
}
