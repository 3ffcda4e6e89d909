/** A test of a whole text against a pattern in which `*` stands for any characters, none included. */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const expression = pattern.split('*').map(quote).join('.*');
  const compiled = new RegExp(`^${expression}$`, 's');
  return (text) => compiled.test(text);
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
