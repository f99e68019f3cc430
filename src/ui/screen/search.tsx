import { Text } from 'ink';
import type { ReactElement } from 'react';
import { useLine } from './use-line.ts';
import { useKeypress } from './keyboard.tsx';

/** Words to look for in the output; an empty line shows everything again. */
export function SearchLine({ begin, close }: { readonly begin: string; readonly close: (words: string) => void }): ReactElement {
  const line = useLine(begin);
  useKeypress((input, key) => {
    if (key.escape) close(begin);
    else if (key.return) close(line.text());
    else line.type(input, key);
  });
  return (
    <Text wrap="truncate">
      search in the output: <Text inverse>{line.text()} </Text>
    </Text>
  );
}
