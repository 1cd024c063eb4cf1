import * as vscode from 'vscode';

/** What we use of the Python extension's interface. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  try {
    return await extension?.activate();
  } catch {
    return undefined; // its own trouble; we look elsewhere
  }
}

/** The Python interpreter that the user selected; undefined when none is. */
export async function selectedInterpreter(
  folder: vscode.WorkspaceFolder | undefined
): Promise<string | undefined> {
  const environments = (await pythonExtension())?.environments;
  if (environments !== undefined) {
    const active = environments.getActiveEnvironmentPath(folder?.uri);
    const resolved = await environments.resolveEnvironment(active);
    const executable = resolved?.executable.uri?.fsPath;
    if (executable !== undefined) {
      return executable;
    }
  }
  // Without the Python extension its setting may still be there, as may an environment of ours.
  const chosen = vscode.workspace
    .getConfiguration('python', folder?.uri)
    .get<string>('defaultInterpreterPath');
  return chosen === undefined || chosen === '' || chosen === 'python' ? undefined : chosen;
}

/** Call back when the user selects another interpreter. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable> {
  const environments = (await pythonExtension())?.environments;
  return (
    environments?.onDidChangeActiveEnvironmentPath(changed) ??
    new vscode.Disposable(() => undefined)
  );
}
