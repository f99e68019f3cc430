/**
 * What a broker needs and is made once per machine: the jars, a formatted empty log, and an archive of loaded classes. Each part is
 * made beside its place and then renamed, so an interrupted or a concurrent preparation leaves nothing half done.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { find, need } from './find.ts';
import { archiveFlags, clusterId, javaFlags, serverProperties } from './kafka-settings.ts';
import { end, freePorts, launch, ready } from './process.ts';
import { connect } from 'node:net';

const run = promisify(execFile);
const version = '4.1.1';

export interface PreparedKafka {
  readonly classpath: string;
  /** Folder with the files of a formatted, empty log directory. */
  readonly template: string;
  /** Undefined where Java could not make one. */
  readonly archive?: string;
}

const cache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'runbook-lab', `kafka-${version}`);

/** Jars by maven when they are not there yet (the only part that needs the network). Errors say what failed; `tell` gets a line per part made. */
export async function prepareKafka(tell: (line: string) => void = () => undefined): Promise<PreparedKafka> {
  const home = cache();
  mkdirSync(home, { recursive: true });
  const libs = join(home, 'libs');
  if (!existsSync(libs)) {
    tell('preparing Kafka once: fetching its jars by maven');
    await fetchJars(libs);
  }
  const classpath = `${libs}/*`;
  const template = join(home, 'template');
  if (!existsSync(template)) await format(classpath, template);
  const archive = join(home, `classes-${javaIdentity()}.jsa`);
  if (!existsSync(archive)) {
    tell('preparing Kafka once: an archive of loaded classes');
    await train(classpath, template, archive);
  }
  return { classpath, template, ...(existsSync(archive) ? { archive } : {}) };
}

/** An archive of another Java, or of replaced jars, would be ignored or refused. */
function javaIdentity(): string {
  const java = realpathSync(need('java'));
  return createHash('sha256')
    .update(`${java} ${String(statSync(java).mtimeMs)} ${String(statSync(join(cache(), 'libs')).mtimeMs)}`)
    .digest('hex')
    .slice(0, 12);
}

async function fetchJars(libs: string): Promise<void> {
  const mvn = find('mvn');
  if (mvn === undefined)
    throw new Error(
      'the jars of Kafka are not there yet and maven (mvn) is not installed to fetch them; run: node dist/lab.js install',
    );
  const work = mkdtempSync(join(cache(), 'fetch-'));
  try {
    writeFileSync(join(work, 'pom.xml'), pom);
    const out = join(work, 'libs');
    await run(mvn, ['-B', '-ntp', '-f', join(work, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${out}`], {
      maxBuffer: 16 << 20,
    }).catch((problem: unknown) => {
      throw new Error(`maven could not fetch Kafka ${version}: ${messageOf(problem)}`);
    });
    if (!readdirSync(out).includes(`kafka_2.13-${version}.jar`)) throw new Error(`maven fetched no kafka_2.13-${version}.jar`);
    place(out, libs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function messageOf(problem: unknown): string {
  const {
    stdout = '',
    stderr = '',
    message = '',
  } = problem as { readonly stdout?: string; readonly stderr?: string; readonly message?: string };
  const errors = stdout
    .split('\n')
    .filter((line) => line.startsWith('[ERROR]'))
    .slice(0, 4);
  return errors.length > 0 ? errors.join('\n') : stderr.trim() || message;
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lab</groupId><artifactId>kafka-lab</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

async function format(classpath: string, template: string): Promise<void> {
  const work = mkdtempSync(join(cache(), 'format-'));
  try {
    const data = join(work, 'data');
    writeFileSync(join(work, 'server.properties'), serverProperties({ port: 9092, controllerPort: 9093, data }));
    await formatStorage(classpath, join(work, 'server.properties'));
    const made = join(work, 'template');
    mkdirSync(made);
    for (const file of ['meta.properties', 'bootstrap.checkpoint']) copyFileSync(join(data, file), join(made, file));
    place(made, template);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Makes an empty log directory as the settings say it; `more`: users that the cluster knows from its first moment. */
export async function formatStorage(classpath: string, settings: string, more: readonly string[] = []): Promise<void> {
  const tool = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings];
  await run(need('java'), [...javaFlags, ...tool, ...more]);
}

/** A first start whose loaded classes are written down when it ends. Failing here only costs time at every later start. */
async function train(classpath: string, template: string, archive: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'runbook-lab-train-'));
  try {
    const [port = 0, controllerPort = 0] = await freePorts(2);
    const data = join(work, 'data');
    mkdirSync(data);
    for (const file of readdirSync(template)) copyFileSync(join(template, file), join(data, file));
    writeFileSync(join(work, 'server.properties'), serverProperties({ port, controllerPort, data }));
    const made = `${archive}.${String(process.pid)}`;
    const flags = [...javaFlags, '-Xmx192m', `-XX:ArchiveClassesAtExit=${made}`, ...archiveFlags(undefined)];
    const log = join(work, 'kafka.log');
    const one = await launch({
      name: 'kafka',
      command: need('java'),
      args: [...flags, '-cp', classpath, 'kafka.Kafka', join(work, 'server.properties')],
      log,
      detached: true,
    });
    await ready('kafka', () => open(port), { within: 60_000, of: one, log });
    // classes of the first second after the port opens belong into the archive too
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await end([one], 60_000);
    if (existsSync(made)) renameSync(made, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const open = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });

/** Moves what was made to its place; somebody else may have been quicker. */
function place(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (problem) {
    if (!existsSync(to)) throw problem;
  }
}
