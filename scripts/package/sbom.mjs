// The bill of materials (CycloneDX): npm knows versions and hashes from the lock file, the build knows what is really in the bundle.
import { execFileSync } from 'node:child_process';

export function billOfMaterials(packages, { name }) {
  const all = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
  const bundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const kept = (ref) => bundled.has(ref) || ref === all.metadata.component['bom-ref'];
  const components = all.components.filter((one) => bundled.has(one['bom-ref']));
  const absent = [...bundled].filter((ref) => !components.some((one) => one['bom-ref'] === ref));
  if (absent.length > 0) throw new Error(`not in package-lock.json but in the bundle: ${absent.join(', ')}`);
  // The same commit gives the same file: no time and no random number.
  const { serialNumber, ...stable } = all;
  return {
    ...stable,
    metadata: { ...all.metadata, timestamp: undefined, component: { ...all.metadata.component, name, properties: [] } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => kept(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(kept) })),
  };
}
