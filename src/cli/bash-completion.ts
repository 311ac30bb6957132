/**
 * The script for bash. That of @bomb.sh/tab needs the package bash-completion, offers no files, and evaluates what
 * the person has typed so far (a `$(…)` in it would run); this one has none of that.
 */
export const BASH_COMPLETION = `# bash completion for llmspell: source <(llmspell completion bash)
_llmspell() {
    local current="\${COMP_WORDS[COMP_CWORD]}" line value directive=0 split=no
    local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
    [[ "$current" == "=" || "\${COMP_WORDS[COMP_CWORD-1]}" == "=" ]] && split=yes
    [[ "$current" == "=" ]] && current=""
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ "$line" == :* ]]; then
            directive="\${line#:}"
        else
            value="\${line%%$'\\t'*}"
            # Here a = is a word of its own: what stands before it is typed already.
            [[ "$split" == yes ]] && value="\${value#*=}"
            COMPREPLY+=("$value")
        fi
    done < <(llmspell complete -- "\${words[@]}" 2>/dev/null)
    (( directive & 2 )) && compopt -o nospace 2>/dev/null
    if (( ! (directive & 4) )); then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    fi
}
complete -F _llmspell llmspell
`;
