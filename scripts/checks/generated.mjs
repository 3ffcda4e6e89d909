import { drifted } from '../lib/generated.mjs';

export const title = 'generated files are what would be generated now';

export async function check(root) {
  try {
    return await drifted(root);
  } catch (error) {
    return [error.message];
  }
}
