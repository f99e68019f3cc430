/** systemd and other managers of services. */
import type { Family } from '../grammar.ts';

export const services: Family = {
  systemctl: {
    options: `-a -l -q -n= -o= -t= -p= -r --all --full --quiet --lines= --output= --type= --state= --property= -P= --value --user --system
      --no-pager --no-legend --plain --failed --recursive --reverse --after --before --show-types --legend[=] --timestamp=`,
    bare: true,
    verbs: {
      status: '',
      show: '',
      cat: '',
      'is-active': '',
      'is-enabled': '',
      'is-failed': '',
      'is-system-running': '',
      'list-units': '',
      'list-unit-files': '',
      'list-sockets': '',
      'list-timers': '',
      'list-dependencies': '',
      'list-jobs': '',
      'get-default': '',
      'show-environment': '',
    },
    writes: `start stop restart reload try-restart reload-or-restart kill enable disable mask unmask reenable preset edit daemon-reload daemon-reexec
      isolate reset-failed set-property set-default set-environment unset-environment reboot poweroff halt kexec suspend hibernate rescue emergency
      link revert clean freeze thaw cancel`,
  },
  journalctl: {
    options: `-a -b[=] -c= -D= -e -f -F= -g= -k -l -m -M -n= -N -o= -p= -q -r -S= -t= -T= -u= -U= -x --all --boot[=] --catalog --cursor= --after-cursor=
      --show-cursor --directory= --file= --disk-usage --dmesg --field= --fields --follow --full --grep= --case-sensitive[=] --header --identifier=
      --facility= --lines[=] --list-boots --merge --no-full --no-hostname --no-pager --no-tail --output= --output-fields= --pager-end --priority=
      --quiet --reverse --since= --system --unit= --until= --user --user-unit= --utc --truncate-newline`,
    numbers: true,
    writes:
      '--vacuum-size --vacuum-time --vacuum-files --rotate --flush --sync --relinquish-var --smart-relinquish-var --setup-keys --update-catalog',
  },
  hostnamectl: {
    options: '--static --transient --pretty --json= --no-pager',
    bare: true,
    verbs: { status: '' },
    writes: 'set-hostname hostname set-icon-name',
  },
  timedatectl: {
    options: '-a -p= --all --property= --value --no-pager',
    bare: true,
    verbs: { status: '', show: '', 'list-timezones': '', 'timesync-status': '' },
    writes: 'set-time set-timezone set-local-rtc set-ntp',
  },
  localectl: { options: '--no-pager', bare: true, verbs: { status: '', 'list-locales': '' } },
  loginctl: {
    options: '-a -p= --all --property= --value --no-pager --no-legend -l',
    bare: true,
    verbs: {
      'list-sessions': '',
      'list-users': '',
      'list-seats': '',
      'session-status': '',
      'user-status': '',
      'show-session': '',
      'show-user': '',
    },
  },
  'systemd-analyze': { options: '--no-pager --user --system', bare: true, verbs: { time: '', blame: '', 'critical-chain': '' } },
  'systemd-cgls': '-a -l -k -u= --all --unit= --no-pager',
  resolvectl: {
    options: '--no-pager -4 -6 -i= -t= --legend=',
    bare: true,
    verbs: { status: '', query: '', statistics: '' },
    writes: 'flush-caches reset-statistics',
  },
  networkctl: { options: '-a -s --all --stats --no-pager --no-legend', bare: true, verbs: { list: '', status: '', lldp: '' } },
  chronyc: {
    options: '-n -c -a',
    verbs: { tracking: { operands: 0 }, sources: '-v -a', sourcestats: '-v -a', activity: { operands: 0 }, ntpdata: '' },
  },
  ntpq: { options: '-p -n -4 -6', requires: '-p' },
  supervisorctl: {
    options: '-c=',
    verbs: { status: '', pid: '', version: '', avail: '' },
    writes: 'start stop restart reload update reread shutdown',
  },
  nmcli: {
    options: '-t -p -f= -g= -c= -e= --terse --pretty --fields= --get-values= --colors=',
    verbs: {
      general: { bare: true, verbs: { status: '' } },
      device: { bare: true, verbs: { status: '', show: '' } },
      connection: { bare: true, verbs: { show: '--active' } },
    },
  },
};
