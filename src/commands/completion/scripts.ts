/** The few lines that a shell needs: each asks `runbook complete` which words fit, one a line, a tab before its description. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Stands for: the shell may offer files. No word of ours begins with a colon. */
export const filesToo = ':files';

/** Bash takes `=` and `:` for ends of words; only what follows the last of them is replaced. */
const bash = `# Completion of runbook for bash: source <(runbook completion bash)
_runbook() {
  local line=\${COMP_LINE:0:COMP_POINT} current cut candidate
  local -a words
  read -ra words <<< "$line"
  if [[ $line == *[[:space:]] ]]; then words+=(''); fi
  current=\${words[\${#words[@]} - 1]}
  cut=\${current%"\${current##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ $candidate == ${filesToo} ]]; then
      compopt -o default 2> /dev/null
    else
      candidate=\${candidate%%$'\\t'*}
      COMPREPLY+=("\${candidate#"$cut"}")
    fi
  done < <(runbook complete -- "\${words[@]:1}" 2> /dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2> /dev/null; fi
}
complete -F _runbook runbook
`;

const zsh = `#compdef runbook
# Completion of runbook for zsh: source <(runbook completion zsh), after compinit
_runbook() {
  local line word files=no
  local -a closed open
  while IFS= read -r line; do
    if [[ $line == ${filesToo} ]]; then
      files=yes
      continue
    fi
    word=\${line%%$'\\t'*}
    line="\${word//:/\\\\:}:\${line#*$'\\t'}"
    if [[ $word == *= ]]; then open+=("$line"); else closed+=("$line"); fi
  done < <(runbook complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2> /dev/null)
  (( \${#open} )) && _describe 'name' open -S ''
  (( \${#closed} )) && _describe 'word' closed
  if [[ $files == yes ]]; then _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _runbook "$@"; else compdef _runbook runbook; fi
`;

const fish = `# Completion of runbook for fish: runbook completion fish | source
function __runbook_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  runbook complete -- $words[2..-1] "$current" 2>/dev/null | while read -l line
    if test "$line" = ${filesToo}
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c runbook -f -a '(__runbook_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
