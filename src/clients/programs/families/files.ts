/** Programs that look at files and folders without opening or changing them. */
import type { Family } from '../grammar.ts';

const names = (options: string) => ({ options, names: true }) as const;

export const files: Family = {
  ls: names(`-a -A -l -h -R -t -r -S -d -i -s -n -o -g -p -F -1 -c -u -U -v -x -C -m -q -Q -N -b -B -f -G -H -k -L -T= -w= -I= -X -Z
    --all --almost-all --human-readable --recursive --reverse --directory --inode --size --sort= --time= --time-style= --full-time
    --color[=] --group-directories-first --classify[=] --si --block-size= --hide= --ignore= --numeric-uid-gid --format= --no-group --author`),
  df: names(
    '-h -H -a -i -k -l -m -P -T -B= -t= -x= --human-readable --all --inodes --local --portability --print-type --type= --exclude-type= --output[=] --total --block-size= --si',
  ),
  du: names(`-a -b -c -d= -D -h -H -k -l -L -m -P -s -S -t= -x -X= -0 -B= --all --apparent-size --bytes --total --max-depth= --human-readable
    --summarize --one-file-system --exclude= --exclude-from= --threshold= --block-size= --inodes --si --time[=] --separate-dirs --count-links`),
  stat: names('-c= -f -L -t --format= --printf= --file-system --dereference --terse'),
  file: {
    options: '-b -i -L -h -k -n -p -r -s -z -Z --brief --mime --mime-type --mime-encoding --dereference --keep-going',
    writes: '-C --compile',
  },
  find: {
    style: 'words',
    names: true,
    options: `-H -L -P -name= -iname= -path= -ipath= -wholename= -regex= -iregex= -regextype= -type= -xtype= -size= -empty -mtime= -mmin= -atime=
      -amin= -ctime= -cmin= -newer= -anewer= -cnewer= -newermt= -user= -group= -uid= -gid= -nouser -nogroup -perm= -readable -writable -executable
      -links= -inum= -samefile= -maxdepth= -mindepth= -depth -xdev -mount -follow -daystart -prune -print -print0 -printf= -ls -quit -true -false
      -not -o -or -a -and -ignore_readdir_race -noleaf -fstype= -lname=`,
    writes: '-delete -exec -execdir -ok -okdir -fprint -fprint0 -fprintf -fls',
  },
  tree: names(
    '-a -d -f -i -l -x -L= -P= -I= -h -s -u -g -D -p -t -r -C -J -X -n --du --noreport --dirsfirst --prune --gitignore --filelimit=',
  ),
  readlink: names('-f -e -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline'),
  realpath: names(
    '-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --relative-to= --relative-base= --no-symlinks',
  ),
  basename: names('-a -s= -z --multiple --suffix='),
  dirname: names('-z --zero'),
  pwd: names('-L -P'),
  test: { style: 'none', names: true },
  '[': { style: 'none', names: true },
  getfacl: names('-a -d -c -e -E -n -R -t -p --access --default --omit-header --recursive --numeric --absolute-names'),
  lsattr: names('-a -d -l -p -R -v'),
  namei: names('-l -m -o -x -v --long --modes --owners'),
  which: names('-a'),
  whereis: names('-b -m -s'),
  tar: {
    options: '-t -v -z -j -J -f= --list --verbose --gzip --bzip2 --xz --zstd --file= --numeric-owner --full-time',
    requires: '-t --list',
    // HOST:FILE would start a remote shell.
    values: { '-f': /^[^:]+$/, '--file': /^[^:]+$/ },
    stdin: true,
    writes: '-x --extract -c --create -r --append -u --update --delete',
  },
  unzip: { options: '-l -v -Z -1 -t -q -h', requires: '-l -Z -t' },
  gzip: { options: '-l -t -v --list --test --verbose', requires: '-l -t --list --test', stdin: true },
};
