import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
const plugin: JupyterFrontEndPlugin<void> = { id: 'hipwright:plugin', autoStart: true, activate: (_app: JupyterFrontEnd) => { /* soon */ } };
export default plugin;
