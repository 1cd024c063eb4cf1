import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

export const comparisonPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hipwright:compare',
  autoStart: true,
  activate: () => undefined
};
