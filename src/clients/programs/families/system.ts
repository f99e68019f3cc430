/** Programs that tell about the machine, its processes and its users. */
import type { Family } from '../grammar.ts';

const nothing = { style: 'none', names: true } as const;
const package_ = '-q -a -i -l -f -c -d -s -V -R -p';

export const system: Family = {
  true: nothing,
  false: nothing,
  ':': nothing,
  echo: nothing,
  printf: nothing,
  expr: nothing,
  sleep: '',
  seq: { options: '-w -s= -f= --equal-width --separator= --format=', numbers: true },
  date: {
    options: '-u -R -d= -r= --utc --universal --iso-8601[=] -I[=] --rfc-3339= --rfc-email --date= --reference=',
    operands: /^\+/,
    writes: '-s --set',
  },
  cal: '-1 -3 -y -m -s',
  uptime: '-p -s --pretty --since',
  uname:
    '-a -s -n -r -v -m -p -i -o --all --kernel-name --nodename --kernel-release --kernel-version --machine --operating-system',
  arch: '',
  nproc: '--all --ignore=',
  hostname: {
    options: '-f -s -i -I -d -A -y --fqdn --long --short --ip-address --all-ip-addresses --domain --all-fqdns',
    operands: 0,
    writes: '-F --file -b --boot',
  },
  id: '-u -g -G -n -r -z --user --group --groups --name --real',
  whoami: '',
  groups: '',
  logname: '',
  tty: '-s',
  who: '-a -b -d -H -l -m -p -q -r -s -t -T -u --all --boot --heading --count',
  w: '-h -s -f -i -o',
  users: '',
  last: { options: '-n= -a -d -f= -F -i -R -s= -t= -w -x', numbers: true },
  lastb: { options: '-n= -a -d -f= -F -i -R -w', numbers: true },
  lastlog: '-u= -t= -b=',
  getent: '-s= --service=',
  getconf: '-a',
  locale: '-a -m -c -k',
  printenv: '-0 --null',
  free: '-b -k -m -g -h -l -t -w -s= -c= --bytes --kibi --mebi --gibi --human --lohi --total --wide --seconds= --count= --si',
  vmstat: '-a -d -D -f -m -n -s -t -w -S= -p= -y',
  iostat: '-c -d -h -k -m -N -p= -s -t -x -y -z -j=',
  mpstat: '-A -u -P= -I= -n -N=',
  pidstat: '-d -h -H -I -l -p= -r -R -s -t -u -v -w -C= -U',
  sar: '-A -b -B -d -F -H -n= -P= -q -r -S -u -v -w -W -f= -s= -e= -p -h -m=',
  ps: {
    options: `-A -a -d -e -f -F -g= -G= -H -j -l -L -m -N -o= -O= -p= -q= -s= -t= -T -u= -U= -V -w -x -y -Z -C= -M -c --sort= --forest --no-headers
      --headers --pid= --ppid= --user= --User= --group= --format= --cols= --columns= --rows= --width= --deselect --quick-pid= --tty= --cumulative`,
    names: true,
  },
  pgrep: {
    options:
      '-a -c -d= -f -g= -G= -i -l -n -o -P= -s= -t= -u= -U= -v -w -x --full --exact --list-name --list-full --count --newest --oldest --parent= --euid= --uid=',
  },
  pidof: '-s -c -x -o=',
  pstree: '-a -A -c -g -h -l -n -N= -p -s -S -t -T -u -U -Z',
  top: { options: '-b -c -H -i -n= -d= -p= -u= -U= -o= -w[=] -1 -S -E=', requires: '-b' },
  lsof: { options: '-a -b -c= -d= -i[=] -l -n -N -o -O -p= -P -R -s[=] -t -T[=] -u= -U -V -w -X -F[=] +D= +d= +L1', names: true },
  fuser: {
    options: '-a -m -n= -s -u -v -4 -6 --all --mount --namespace= --silent --user --verbose',
    names: true,
    writes: '-k --kill',
  },
  kill: { options: '-l -0 -L', requires: '-0 -l -L', writes: '-1 -2 -9 -15 -s -HUP -INT -KILL -TERM' },
  lscpu: '-a -b -c -e[=] -J -p[=] -x -y --all --online --offline --json --extended[=] --parse[=]',
  lsmem: '-a -b -J -n -o= -p -r -S= --all --json --output= --summary[=]',
  lsblk: {
    options:
      '-a -b -d -f -i -J -l -m -n -o= -O -p -P -r -s -S -t -x= -e= -I= --all --bytes --nodeps --fs --json --list --output= --output-all --paths --pairs --raw --noheadings --tree[=]',
    names: true,
  },
  findmnt: {
    options:
      '-a -A -b -D -e -f -J -l -n -o= -r -s -S= -t= -T= -u -v --all --json --list --output= --source= --target= --types= --noheadings --df --raw',
    names: true,
  },
  mount: { options: '-l -t= -v -V --show-labels --types=', operands: 0 },
  swapon: { options: '-s --show[=] --summary --noheadings --bytes --raw', requires: '-s --show --summary', operands: 0 },
  lsmod: '',
  modinfo: '-F= -a -d -l -p -n -0',
  lspci: '-v -vv -k -n -nn -m -mm -t -D -b -s= -d=',
  lsusb: '-v -t -s= -d=',
  lsns: '-J -l -n -o= -p= -r -t= -u -W',
  ipcs: '-a -q -m -s -c -l -p -t -u -b -i= --human',
  numactl: { options: '--hardware --show -H -s', requires: '--hardware --show -H -s', operands: 0 },
  dmesg: {
    options: `-d -e -f= -H -k -l= -L[=] -P -r -S -t -T -u -w -W -x -J --color[=] --ctime --reltime --decode --facility= --level= --follow --human
      --kernel --nopager --notime --raw --since= --until= --userspace --time-format= --json`,
    writes: '-c --read-clear -C --clear -D --console-off -E --console-on -n --console-level',
  },
  sysctl: {
    options: '-a -A -b -e -n -N -r= --all --binary --ignore --values --names --pattern= --deprecated',
    operands: /^[^=]+$/,
    writes: '-w --write -p --load --system',
  },
  crontab: { options: '-l -u=', requires: '-l', operands: 0, writes: '-r -e' },
  atq: '-q=',
  ulimit: { options: '-a -H -S', requires: '-a', operands: 0 },
  smartctl: {
    options:
      '-a -A -H -i -x -c -j -l= -d= -n= --all --attributes --health --info --xall --capabilities --json[=] --log= --device=',
    // With a value, these logs are set; a comma elsewhere says how much of a log is shown.
    values: { '-l': /^(?!scterc,|scttempint,|sataphy,reset)/, '--log': /^(?!scterc,|scttempint,|sataphy,reset)/ },
    names: true,
  },
  mdadm: {
    options: '--detail -D --examine -E --query -Q --scan -s --export -Y --brief -b --test -t --verbose -v',
    requires: '--detail -D --examine -E --query -Q',
    names: true,
  },
  zpool: {
    verbs: {
      status: '-v -x -L -P -g -t -D',
      list: '-H -o= -p -v -L -P',
      iostat: '-v -l -q -w -H -p -y',
      get: '-H -p -o=',
      history: '-i -l',
    },
    writes: 'create destroy add remove scrub clear offline online attach detach replace export import',
  },
  zfs: {
    verbs: { list: '-H -o= -r -d= -t= -s= -S= -p', get: '-H -o= -r -d= -t= -s= -p' },
    writes: 'create destroy snapshot rollback set rename promote receive mount unmount',
  },
  lvs: { options: '-a -o= -O= -P --noheadings --units= --separator= --reportformat= --nosuffix', names: true },
  vgs: { options: '-a -o= -O= --noheadings --units= --separator= --reportformat= --nosuffix', names: true },
  pvs: { options: '-a -o= -O= --noheadings --units= --separator= --reportformat= --nosuffix', names: true },
  rpm: {
    options: `${package_} --query --all --info --list --qf= --queryformat= --last --requires --provides --whatprovides= --changelog`,
    requires: '-q --query -V',
    values: { '--qf': /^[^(]*$/, '--queryformat': /^[^(]*$/ },
  },
  dpkg: {
    options: '-l -L -s -S -p --list --listfiles --status --search --print-avail --print-architecture --get-selections',
    requires: '-l -L -s -S -p --list --listfiles --status --search --print-avail --print-architecture --get-selections',
    writes: '-i -r -P --install --remove --purge --configure',
  },
  'dpkg-query': {
    options: '-W -l -L -s -S -f= --show --list --listfiles --status --search --showformat=',
    requires: '-W -l -L -s -S --show --list --listfiles --status --search',
  },
  'apt-cache': { verbs: { policy: '', show: '', search: '-n', showpkg: '', depends: '', rdepends: '', madison: '' } },
  apt: {
    verbs: { list: '--installed --upgradable --all-versions -a', show: '-a', policy: '', search: '-n' },
    writes: 'install remove purge upgrade full-upgrade autoremove update',
  },
};
