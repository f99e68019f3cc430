/** Programs that tell about the network, or ask a question over it. */
import type { Family, Grammar } from '../grammar.ts';

/** A flood is no look: packets at most five times a second. */
const ping: Grammar = {
  options: '-4 -6 -c= -i= -I= -n -q -s= -t= -w= -W= -D -O -v -M= -a',
  operands: 1,
  values: { '-i': /^(?:[1-9]\d*(?:\.\d+)?|0?\.[2-9]\d*)$/ },
};
const pageUrl = /^https?:\/\/(?!.*[?&]_method=)/i;
const shown: Grammar = {
  bare: true,
  verbs: { show: '', list: '', ls: '' },
  writes: 'add del delete change replace set flush append prepend save restore exec',
};
/** `s` is `show` here; for links it would be `set`. */
const addresses: Grammar = { ...shown, verbs: { ...shown.verbs, s: '' } };
const routes: Grammar = { ...shown, verbs: { ...shown.verbs, get: '' } };
const tables: Grammar = {
  options: '-L -S -n -v -x -t= -w[=] -4 -6 --list --list-rules --numeric --verbose --exact --table= --line-numbers --wait[=]',
  requires: '-L -S --list --list-rules',
  writes:
    '-A -D -I -R -F -Z -N -X -P -E --append --delete --insert --replace --flush --zero --new-chain --delete-chain --policy --rename-chain',
};

export const network: Family = {
  ping,
  ping6: ping,
  traceroute: '-4 -6 -I -T -U -n -m= -q= -w= -p= -i= -f=',
  tracepath: '-4 -6 -n -b -l= -m= -p=',
  mtr: {
    options: '-r -w -n -b -c= -i= -j -C -4 -6 -T -u -P= --report --report-wide --no-dns --report-cycles= --json --csv',
    requires: '-r -w -j -C --report --report-wide --json --csv',
  },
  dig: { style: 'words', options: '-4 -6 -b= -c= -m -p= -q= -r -t= -u -x=' },
  host: '-a -C -d -l -n -r -s -t= -T -U -v -w -W= -4 -6 -c= -R= -N=',
  nslookup: {
    style: 'words',
    options: '-type= -query= -timeout= -retry= -port= -class= -debug -nodebug -recurse -norecurse -vc -novc',
  },
  whois: '-h= -p= -H',
  ss: {
    options: `-a -l -t -u -x -w -d -S -n -r -p -e -m -i -s -o -b -Z -z -4 -6 -0 -f= -A= -H -O -T --all --listening --tcp --udp --unix --raw --numeric
      --resolve --processes --extended --memory --info --summary --options --ipv4 --ipv6 --family= --query= --socket= --no-header --oneline --tos`,
    writes: '-K --kill',
  },
  netstat: {
    options:
      '-a -A= -c -e -F -g -i -I= -l -M -n -N -o -p -r -s -t -u -v -w -W -x -4 -6 -C -S --all --listening --tcp --udp --numeric --programs --route --statistics --interfaces --wide',
    operands: 0,
  },
  ip: {
    style: 'words',
    options:
      '-4 -6 -0 -a -br -brief -c -color -d -details -f= -family= -h -human -j -json -o -oneline -p -pretty -r -resolve -s -stats -statistics -ts',
    verbs: {
      addr: addresses,
      address: addresses,
      a: addresses,
      link: shown,
      l: shown,
      route: routes,
      r: routes,
      rule: shown,
      neigh: routes,
      neighbour: routes,
      n: routes,
      maddress: shown,
      tunnel: shown,
      netns: { bare: true, verbs: { list: '', 'list-id': '', pids: '', identify: '' } },
    },
  },
  bridge: { style: 'words', options: '-s -j -p -d -c -o', verbs: { link: shown, fdb: shown, vlan: shown, mdb: shown } },
  ifconfig: { options: '-a -s -v', operands: 1 },
  route: { options: '-n -e -ee -v -F -C -4 -6', operands: 0, writes: 'add del flush' },
  arp: { options: '-a -e -n -v -i= -H=', writes: '-d -s -f' },
  ethtool: { options: '-i -k -S -T -a -c -g -l -m -n -P -x', operands: 1, writes: '-s -A -C -G -K -L -N -E -f -p -r -t' },
  iptables: tables,
  ip6tables: tables,
  nft: {
    options: '-a -n -s -j -y --handle --json --numeric',
    verbs: { list: { operands: /^[\w.-]+$/ } },
    writes: 'add delete flush insert replace create rename reset',
  },
  conntrack: {
    options: '-L -C -S -p= -s= -d= -o= -f= -n -j --dump --count --stats',
    requires: '-L -C -S --dump --count --stats',
  },
  nc: { options: '-z -v -n -u -w= -4 -6', requires: '-z' },
  curl: {
    options: `-s -S -f -k -L -I -i -v -m= -H= -A= -u= -w= -o= -X= -G -g -4 -6 -b= -e= -r= --silent --show-error --fail --fail-with-body --insecure
      --location --head --include --verbose --max-time= --connect-timeout= --header= --user-agent= --user= --write-out= --output= --request=
      --get --globoff --ipv4 --ipv6 --cacert= --cert= --key= --resolve= --connect-to= --retry= --retry-delay= --retry-max-time= --retry-connrefused
      --compressed --http1.1 --http2 --max-redirs= --no-progress-meter --noproxy= --tlsv1.2 --tlsv1.3 --range= --url= --unix-socket=`,
    // Other schemes send mail, talk to any port or read files; a header or _method may ask for another method; %output{FILE} writes.
    operands: pageUrl,
    values: {
      '-X': /^(?:GET|HEAD)$/,
      '--request': /^(?:GET|HEAD)$/,
      '-o': /^\/dev\/null$/,
      '--output': /^\/dev\/null$/,
      '-w': /^(?![\s\S]*%output)(?!@)/,
      '--write-out': /^(?![\s\S]*%output)(?!@)/,
      '-H': /^(?!@)(?![^:]*(?:method|override))/i,
      '--header': /^(?!@)(?![^:]*(?:method|override))/i,
      '--url': pageUrl,
    },
    writes: '-T --upload-file -O --remote-name',
  },
  openssl: {
    style: 'words',
    verbs: {
      version: '-a -v -d -b -o -p -f',
      x509: '-in= -inform= -noout -text -dates -enddate -startdate -subject -issuer -serial -fingerprint -sha1 -sha256 -checkend= -checkhost= -checkip= -ext= -email -hash -nameopt= -pubkey -modulus -purpose',
      s_client:
        '-connect= -servername= -showcerts -brief -verify= -verify_return_error -verify_hostname= -CAfile= -CApath= -starttls= -alpn= -tls1_2 -tls1_3 -status -4 -6 -quiet -no_ign_eof',
      verify: '-CAfile= -CApath= -untrusted= -purpose= -verbose -show_chain',
      crl: '-in= -inform= -noout -text -lastupdate -nextupdate -issuer -CAfile=',
      req: '-in= -inform= -noout -text -subject -verify -modulus',
      ciphers: '-v -V -s -tls1_2 -tls1_3',
    },
    stdin: true,
  },
};
