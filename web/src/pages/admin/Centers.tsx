export function Centers() {
  return null;
}
