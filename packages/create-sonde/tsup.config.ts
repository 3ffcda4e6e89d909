import { library } from '../../tsup.base.ts';

export default library({
  entry: { index: 'src/index.ts', main: 'src/main.ts' },
  dts: { entry: 'src/index.ts', compilerOptions: { ignoreDeprecations: '6.0' } },
});
