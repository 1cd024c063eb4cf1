/**
 * The plugin that watches what is open: squiggles, fixes, the bar, commands and the status line.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry,
  IEditorLanguageRegistry
} from '@jupyterlab/codemirror';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Menu } from '@lumino/widgets';
import type { ShowMessageParams } from 'vscode-languageserver-protocol';

import { Actions, addCommands, Commands } from './commands';
import { addCuda } from './cuda';
import type { EditorHost } from './editor/findings';
import { findingsExtension } from './editor/findings';
import type { HoverHost } from './editor/hover';
import { explanation, hoverExtension } from './editor/hover';
import { highlightCells } from './highlight';
import { LanguageClient } from './language/client';
import type { Socket } from './language/connection';
import { openRule } from './rule';
import { serverSettings } from './settings';
import { StatusItem } from './status';
import { Workspace } from './workspace';

const PLUGIN = 'hipwright:plugin';
const CATEGORY = 'CUDA to HIP';

export const findingsPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Findings and fixes in CUDA cells and files.',
  autoStart: true,
  requires: [
    IEditorExtensionRegistry,
    IEditorLanguageRegistry,
    IRenderMimeRegistry,
    ISettingRegistry
  ],
  optional: [INotebookTracker, IEditorTracker, IStatusBar, ICommandPalette, ITranslator],
  activate
};

async function activate(
  app: JupyterFrontEnd,
  extensions: IEditorExtensionRegistry,
  languages: IEditorLanguageRegistry,
  rendermime: IRenderMimeRegistry,
  registry: ISettingRegistry,
  notebooks: INotebookTracker | null,
  files: IEditorTracker | null,
  statusBar: IStatusBar | null,
  palette: ICommandPalette | null,
  translator: ITranslator | null
): Promise<void> {
  const settings = await registry.load(PLUGIN);
  if (settings.get('disable').composite === true) {
    return;
  }
  addCuda(languages);
  const trans = (translator ?? nullTranslator).load('hipwright');
  const rootUri = PageConfig.getOption('hipwrightRootUri') || null;
  const client = new LanguageClient({ open: openSocket, rootUri, onMessage: show });
  const workspace = new Workspace(client, rootUri);
  const commandHost = { app, notebooks, files, workspace, rendermime, trans };
  const actions = new Actions(commandHost);
  addCommands(commandHost, actions);

  const showRule = (code: string): void => {
    openRule(app, client, rendermime, code).catch((error: unknown) => {
      Notification.error(error instanceof Error ? error.message : String(error), {
        autoClose: 6000
      });
    });
  };
  const hoverHost: HoverHost = {
    client,
    rendermime,
    openRule: showRule,
    documentOf: shared => workspace.documentOf(shared)
  };
  const option = (name: string): boolean => settings.get(name).composite === true;
  const host: EditorHost = {
    attach: (_shared, _view, editor) => workspace.attach(editor),
    detach: editor => workspace.detach(editor),
    fixes: (document, finding) => client.fixes(document, finding),
    explain: (document, finding) => explanation(hoverHost, document, finding),
    openRule: showRule,
    apply: action => void workspace.apply([action]),
    barActions: view => ({
      fixAll: () => {
        const document = workspace.editorOf(view)?.document;
        void actions.fixAll(document ? [document] : []);
      },
      compare: () => void actions.compare(actions.cellOf(view)),
      next: () => void app.commands.execute(Commands.nextFinding)
    }),
    isComparable: document => workspace.isComparable(document),
    isComparing: document => actions.comparing.has(document),
    isConnected: () => client.isReady,
    showsBar: () => option('showBar')
  };
  extensions.addExtension({
    name: 'hipwright:findings',
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension([
        findingsExtension(model.sharedModel, host),
        hoverExtension(model.sharedModel, hoverHost)
      ])
  });

  const configure = (): void => {
    client.configure(serverSettings(settings.composite));
    workspace.refresh();
  };
  configure();
  settings.changed.connect(configure);

  notebooks?.forEach(panel => void workspace.addNotebook(panel));
  notebooks?.widgetAdded.connect((_, panel) => {
    void workspace.addNotebook(panel);
    if (option('highlight')) {
      void highlightCells(panel, languages);
    }
  });
  files?.forEach(widget => void workspace.addFile(widget));
  files?.widgetAdded.connect((_, widget) => void workspace.addFile(widget));

  if (palette) {
    for (const command of Object.values(Commands)) {
      if (command !== Commands.apply) {
        palette.addItem({ command, category: CATEGORY });
      }
    }
  }

  const status = new StatusItem(anchor => openMenu(app, anchor));
  const update = onceAFrame(() => {
    const shown = actions.current;
    const count = shown
      ? actions.documents.reduce((total, { findings }) => total + findings.length, 0)
      : null;
    status.display(client.state, count);
    for (const command of [Commands.fixAllHere, Commands.fixAll, Commands.compare]) {
      app.commands.notifyCommandChanged(command);
    }
  });
  client.stateChanged.connect(() => {
    workspace.refresh();
    update();
  });
  client.findingsChanged.connect(update);
  notebooks?.currentChanged.connect(update);
  notebooks?.activeCellChanged.connect(update);
  files?.currentChanged.connect(update);
  app.shell.currentChanged?.connect(update);
  statusBar?.registerStatusItem('hipwright:status', { item: status, align: 'left', rank: 20 });
  update();
  client.start();
}

/** Do something soon, and once for all who ask for it meanwhile. */
function onceAFrame(work: () => void): () => void {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      // Not an animation frame: a page in the background has none.
      setTimeout(() => {
        waiting = false;
        work();
      }, 16);
    }
  };
}

/** The websocket of our language server, with the token that the page has. */
function openSocket(): Socket {
  const settings = ServerConnection.makeSettings();
  const url = URLExt.join(settings.wsUrl, 'hipwright', 'lsp');
  const query = settings.token === '' ? '' : `?token=${encodeURIComponent(settings.token)}`;
  return new settings.WebSocket(url + query) as unknown as Socket;
}

function show({ type, message }: ShowMessageParams): void {
  const kind = type === 1 ? 'error' : type === 2 ? 'warning' : 'info';
  Notification.emit(message, kind, { autoClose: 8000 });
}

function openMenu(app: JupyterFrontEnd, anchor: HTMLElement): void {
  const menu = new Menu({ commands: app.commands });
  menu.addItem({ command: Commands.nextFinding });
  menu.addItem({ command: Commands.fixAll });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: Commands.restart });
  menu.addItem({ command: 'settingeditor:open', args: { query: 'hipwright' } });
  const { left, top } = anchor.getBoundingClientRect();
  menu.open(left, top, { verticalAlignment: 'bottom' } as never);
}
