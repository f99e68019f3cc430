/** All programs of which something is known. */
import type { Family, Grammar } from '../grammar.ts';
import { splitWords } from '../grammar.ts';
import { cloud } from './cloud.ts';
import { containers } from './containers.ts';
import { files } from './files.ts';
import { git } from './git.ts';
import { kubernetes } from './kubernetes.ts';
import { network } from './network.ts';
import { services } from './services.ts';
import { stores } from './stores.ts';
import { system } from './system.ts';
import { textTools } from './text-tools.ts';
import { wrappers } from './wrappers.ts';

/** Programs that tell their version and of which nothing else is known to read. */
const versions: Grammar = {
  style: 'words',
  options: '--version -version -V -v',
  requires: '--version -version -V -v',
  operands: 0,
};
const versioned: Family = Object.fromEntries(
  splitWords('node npm java go ruby php perl python3 mysql nginx').map((name) => [name, versions]),
);

export const families: Readonly<Record<string, Family>> = {
  'Text tools': textTools,
  'Files and folders': files,
  'The machine': system,
  Services: services,
  Network: network,
  Kubernetes: kubernetes,
  Containers: containers,
  Git: git,
  Clouds: cloud,
  'Databases, queues and clusters': stores,
  'Only their version': versioned,
  'Wrappers of another command': wrappers,
};

export const programs: Family = Object.assign({}, ...Object.values(families)) as Family;

/** They do nothing but change something. */
export const writers: ReadonlySet<string> = new Set(
  splitWords(`rm rmdir mv cp ln mkdir touch truncate chmod chown chgrp chattr setfacl shred pkill killall skill reboot shutdown halt poweroff
    useradd userdel usermod groupadd groupdel passwd chpasswd mkfs mkswap umount swapoff insmod rmmod modprobe mknod mkfifo`),
);
