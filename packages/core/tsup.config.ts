import { library } from '../../tsup.base.ts';

/** `worker` is the file that a worker thread begins with. */
export default library({ entry: { index: 'src/index.ts', worker: 'src/runtime/worker/entry.ts' } });
