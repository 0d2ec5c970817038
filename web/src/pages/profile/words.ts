/** What guessers try first: the most common passwords and words of our two languages' keyboards, most common first. */

export const common =
  `123456 password 123456789 12345678 qwerty 111111 12345 1234567 123123 abc123 1234567890 1234 000000 iloveyou
123321 666666 654321 888888 5201314 woaini 112233 a123456 123456a qq123456 1q2w3e4r 1qaz2wsx qazwsx asdfgh asdf zxcvbn zxcvbnm
qwertyuiop admin administrator root welcome login master monkey dragon letmein shadow sunshine princess football baseball
superman batman michael jordan hello freedom whatever trustno1 starwars computer internet secret summer winter spring autumn
love flower cookie cheese orange banana apple killer pepper summer2024 changeme default guest test testing user temp passw0rd
pass word horse correct battery staple london berlin paris beijing shanghai china zhongguo nihao wang zhang chen yang zhao huang
zhou woaini1314 aini wobuzhidao tsinghua peking university science physics chemistry biology quantum cluster slurm tieline
supercomputer calculation monday tuesday wednesday thursday friday saturday sunday january february march april june july august
september october november december red green blue black white silver golden tiger lion eagle panda cat dog fish bird money happy
lucky forever angel lovely mother father brother sister friend family school student teacher doctor`.split(/\s+/);

/** Rows that fingers slide along. */
export const rows = [
  "1234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "abcdefghijklmnopqrstuvwxyz",
  "1qaz2wsx3edc4rfv5tgb",
];
