/** Programs that read files and standard input and print text. */
import type { Family } from '../grammar.ts';

const text = (options: string) => ({ options, stdin: true }) as const;
const sums = text('-b -t -c -z --check --tag --quiet --status --ignore-missing --strict');
const grep = {
  options: `-i -v -c -n -l -L -h -H -r -R -E -F -G -P -o -q -s -w -x -a -b -z -Z -U -y -e= -f= -m= -A= -B= -C= -d= -D=
    --ignore-case --invert-match --count --line-number --files-with-matches --files-without-match --no-filename --with-filename
    --recursive --extended-regexp --fixed-strings --basic-regexp --perl-regexp --only-matching --quiet --silent --no-messages
    --word-regexp --line-regexp --text --null --null-data --regexp= --file= --max-count= --after-context= --before-context= --context=
    --include= --exclude= --exclude-dir= --exclude-from= --color[=] --colour[=] --label= --line-buffered --no-ignore-case`,
  numbers: true,
  stdin: true,
} as const;
/** Addresses, printing, quitting, deleting from the output and replacing without flags that run or write. */
const sedScript =
  /^(?:(?:\d+|\$|\/[^/]*\/)(?:,(?:\d+|\$|\/[^/]*\/|\+\d+))?)?!?(?:[pdq=]|s(?:\/[^/\\\n]*\/[^/\\\n]*\/|\|[^|\\\n]*\|[^|\\\n]*\|)[gpIi0-9]*)$/;
/** Without `system`, pipes, redirections, `getline`, loading and indirect calls. */
const awkProgram = /^(?!.*(?:system|getline|close|fflush))[^|>@`\n]*$/s;

export const textTools: Family = {
  cat: text('-n -b -s -A -E -T -v -e -t -u --number --number-nonblank --squeeze-blank --show-all --show-ends --show-tabs'),
  tac: text('-b -r -s= --before --regex --separator='),
  rev: text(''),
  nl: text('-b= -d= -f= -h= -i= -l= -n= -p -s= -v= -w='),
  head: { ...text('-n= -c= -q -v -z --lines= --bytes= --quiet --silent --verbose --zero-terminated'), numbers: true },
  tail: {
    ...text(
      '-n= -c= -f -F -q -v -s= -z -r --lines= --bytes= --follow[=] --retry --pid= --quiet --silent --verbose --sleep-interval=',
    ),
    numbers: true,
  },
  wc: text('-c -m -l -w -L --bytes --chars --lines --words --max-line-length --files0-from= --total='),
  cut: text(
    '-b= -c= -d= -f= -n -s -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter=',
  ),
  tr: text('-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1'),
  fold: text('-b -s -w= --bytes --spaces --width='),
  expand: text('-i -t= --initial --tabs='),
  paste: text('-d= -s -z --delimiters= --serial'),
  join: text('-a= -e= -i -j= -o= -t= -v= -1= -2= -z --header --check-order --nocheck-order --ignore-case'),
  comm: text('-1 -2 -3 -z --check-order --nocheck-order --total --output-delimiter='),
  column: text('-t -s= -o= -c= -n= -N= -J -x --table --separator= --json --table-columns= --table-name='),
  sort: {
    ...text(`-n -r -u -h -V -f -b -d -g -i -M -R -s -z -c -C -m -k= -t= -S= --numeric-sort --reverse --unique --human-numeric-sort
      --version-sort --ignore-case --key= --field-separator= --stable --zero-terminated --check[=] --parallel= --general-numeric-sort`),
    writes: '-o --output',
  },
  uniq: {
    ...text(
      '-c -d -D -u -i -f= -s= -w= -z --count --repeated --unique --ignore-case --skip-fields= --skip-chars= --check-chars=',
    ),
    operands: 1,
  },
  grep,
  egrep: grep,
  fgrep: grep,
  zgrep: { options: '-i -v -c -n -l -h -H -E -F -o -q -w -e= -m= -A= -B= -C=', stdin: true },
  zcat: text('-f -q -v'),
  rg: {
    options: `-i -v -c -n -N -l -o -q -w -x -F -S -s -u -U -H -I -e= -g= -m= -t= -T= -A= -B= -C= -j= --hidden --json --no-heading --files --count
      --files-with-matches --ignore-case --line-number --only-matching --quiet --fixed-strings --word-regexp --glob= --type= --context= --color=`,
    stdin: true,
  },
  diff: text(`-u -U= -c -C= -r -q -N -w -b -B -i -E -s -y -a -e -n -W= -x= -I= --unified[=] --context[=] --recursive --brief --new-file
    --ignore-all-space --ignore-space-change --ignore-blank-lines --ignore-case --side-by-side --exclude= --strip-trailing-cr --color[=]
    --width= --report-identical-files --label= --text --suppress-common-lines`),
  cmp: text('-b -i= -l -n= -s --print-bytes --ignore-initial= --verbose --bytes= --quiet --silent'),
  md5sum: sums,
  sha1sum: sums,
  sha224sum: sums,
  sha256sum: sums,
  sha384sum: sums,
  sha512sum: sums,
  b2sum: sums,
  cksum: text('-a= --algorithm='),
  base64: text('-d -i -w= --decode --ignore-garbage --wrap='),
  base32: text('-d -i -w= --decode --ignore-garbage --wrap='),
  od: text(
    '-A= -t= -N= -j= -v -w[=] -c -x -d -o -b -a -i -l -s --address-radix= --format= --read-bytes= --skip-bytes= --output-duplicates',
  ),
  hexdump: text('-C -b -c -d -o -x -v -n= -s= -e='),
  xxd: { ...text('-b -c= -g= -i -l= -p -ps -s= -u'), style: 'words', operands: 1, writes: '-r -revert' },
  strings: text('-a -n= -t= -e= --all --bytes= --radix= --encoding='),
  jq: {
    options: `-r -e -c -n -s -S -M -C -a -j -R -f= -L= --raw-output --exit-status --compact-output --null-input --slurp --sort-keys
      --monochrome-output --color-output --ascii-output --join-output --raw-input --tab --indent= --stream --seq --arg= --argjson= --args --jsonargs`,
    stdin: true,
  },
  yq: {
    options: '-r -e -M -C -P -N --raw-output --exit-status --no-doc --prettyPrint --output-format= --input-format=',
    stdin: true,
    writes: '-i --inplace --in-place',
  },
  xmllint: { options: '--noout --xpath= --format --nonet --huge --schema= --relaxng= --valid', stdin: true },
  sed: {
    options: '-n -E -r -u -s -z --quiet --silent --regexp-extended --unbuffered --null-data --posix --sandbox',
    code: sedScript,
    stdin: true,
    writes: '-i --in-place',
  },
  awk: { options: '-F= -v= --field-separator= --assign=', code: awkProgram, stdin: true },
  gawk: { options: '-F= -v= --field-separator= --assign= -S --sandbox', code: awkProgram, stdin: true },
  mawk: { options: '-F= -v=', code: awkProgram, stdin: true },
};
