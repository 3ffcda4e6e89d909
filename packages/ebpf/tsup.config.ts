import { library } from '../../tsup.base.ts';

export default library({ entry: { index: 'src/index.ts', bpf2ts: 'src/bpf2ts/bin.ts' } });
