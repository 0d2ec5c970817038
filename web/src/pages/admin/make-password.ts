/** Passwords that are read out and typed: no letters that look alike. */

const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** Bytes above this would make the first letters likelier than the last. */
const FAIR = 256 - (256 % letters.length);

export function makePassword(random: (count: number) => Uint8Array, length = 16): string {
  let password = "";
  while (password.length < length)
    for (const byte of random(length))
      if (byte < FAIR && password.length < length) password += letters[byte % letters.length];
  return password;
}
