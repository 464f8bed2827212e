# Completes the words of ext4j: 'complete' below names it.
_ext4j() {
  local - IFS=$' \t\n'
  set +o noglob
  local words=() word='' raw='' head='' target=''
  local command='' options=() parameters=() index=0 ended='' kind='' prefix='' pending=''
  _ext4j_split "$2"
  COMPREPLY=()
  if [[ $target ]]; then
    _ext4j_offer '' "$word" file
    return
  fi
  _ext4j_syntax ''
  local before
  for before in "${words[@]:1}"; do
    _ext4j_pass "$before" || return 0
  done
  if [[ $pending ]]; then
    _ext4j_offer '' "$word" "$pending"
  elif [[ ! $ended && $word == --*=* ]]; then
    _ext4j_value "${word%%=*}" && _ext4j_offer "${word%%=*}=" "${word#*=}" "$kind"
  elif [[ ! $ended && $word == -* ]]; then
    if _ext4j_cluster "$word" && [[ $prefix != "$word" ]]; then
      _ext4j_offer "$prefix" "${word#"$prefix"}" "$kind"
    else
      _ext4j_names
    fi
  else
    _ext4j_parameter
    _ext4j_offer '' "$word" "$kind"
  fi
  return 0
}

# Splits the line before the cursor. 'words' are the words before the one to complete, without quotes and redirections.
# 'word' is the one to complete, 'raw' is the same as typed, and 'head' is its part that readline does not replace,
# because it ends in a character of COMP_WORDBREAKS. The word that readline replaces is $1.
_ext4j_split() {
  local line=${COMP_LINE:0:COMP_POINT} char next quote='' started='' begin=0 cut i
  cut=$((${#line} - ${#1}))
  # sudo and its like name the character as the word
  case $1 in [=:]) cut=${#line} ;; esac
  for ((i = 0; i < ${#line}; i++)); do
    if ((i == cut)); then head=$word; fi
    char=${line:i:1} next=${line:i+1:1}
    if [[ $quote == "'" ]]; then
      if [[ $char == "'" ]]; then quote=; else word+=$char; fi
    elif [[ $char == '\' ]] && [[ $quote != '"' || $next == ['"\$`'] ]]; then
      word+=$next started=1 i=$((i + 1))
    elif [[ $quote ]]; then
      if [[ $char == '"' ]]; then quote=; else word+=$char; fi
    elif [[ $char == [\'\"] ]]; then
      quote=$char started=1
    elif [[ $char == [[:space:]] ]]; then
      _ext4j_end
    elif [[ $char == [\<\>] || $char$next == '&>' ]]; then
      if [[ $word =~ ^[0-9]+$ ]]; then word='' started=''; fi # a descriptor
      _ext4j_end
      while [[ ${line:i+1:1} == [\<\>\&\|] ]]; do i=$((i + 1)); done
      target=1 begin=$((i + 1))
    else
      word+=$char started=1
    fi
  done
  raw=${line:begin}
  if ((i == cut)); then head=$word; fi
}

# Ends a word, which is forgotten if it is the target of a redirection.
_ext4j_end() {
  if [[ $started && ! $target ]]; then words+=("$word"); fi
  if [[ $started ]]; then target=; fi
  word='' started='' begin=$((i + 1))
}

# Goes past a word before the one to complete. Fails at an unknown command, after which nothing is known.
_ext4j_pass() {
  if [[ $pending ]]; then
    pending=
  elif [[ ! $ended && $1 == -?* ]]; then
    case $1 in
      --) ended=1 ;;
      --*=*) ;;
      --*) _ext4j_value "$1" && pending=$kind ;;
      *) _ext4j_cluster "$1" && [[ $prefix == "$1" ]] && pending=$kind ;;
    esac
  else
    _ext4j_parameter
    index=$((index + 1))
    case $kind in
      line)
        _ext4j_syntax "$1" || return 1
        command=$1 index=0 ended= ;;
      image)
        # IMG:/path names the image and the file
        if [[ $1 == ?*:/* && ! -e $1 ]]; then index=$((index + 1)); fi ;;
    esac
  fi
  return 0
}

# Sets 'kind' to the kind of the parameter at 'index'. A command line inside another one begins behind '--'.
_ext4j_parameter() {
  local count=${#parameters[@]}
  kind=${parameters[index]-none}
  if ((count > 1 && index >= count - 1)) && [[ ${parameters[count - 1]} == ... ]]; then
    kind=${parameters[count - 2]}
  fi
  if [[ $kind == line && $command && ! $ended ]]; then kind=end; fi
}

# Sets 'kind' to the kind of an option's value. Fails if the option takes none.
_ext4j_value() {
  local option
  kind=
  for option in "${options[@]}"; do
    case $option in "$1="*) kind=${option#*=} ;; esac
  done
  [[ $kind ]]
}

# Finds the first short option in a word that takes a value: 'kind' is that of the value, 'prefix' is the part before it.
_ext4j_cluster() {
  local at
  for ((at = 1; at < ${#1}; at++)); do
    if _ext4j_value "-${1:at:1}"; then
      prefix=${1:0:at+1}
      if [[ ${1:at+1:1} == = ]]; then prefix+='='; fi
      return 0
    fi
  done
  return 1
}

# Offers the names of options. A long one that takes a value ends in '='.
_ext4j_names() {
  local option names=()
  for option in "${options[@]}"; do
    case $option in
      --*=*) names+=("${option%%=*}=") ;;
      *) names+=("${option%%=*}") ;;
    esac
  done
  _ext4j_words '' "$word" "${names[@]}"
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then _ext4j_option nospace; fi
}

# Offers what may stand behind 'prefix' $1 if $2 is there already and the kind is $3.
_ext4j_offer() {
  local words=() list
  case $3 in
    file | image | folder) _ext4j_files "$@" ;;
    command) _ext4j_words "$1" "$2" "${_ext4j_commands[@]}" ;;
    line)
      if [[ $command ]]; then
        _ext4j_words "$1" "$2" "${_ext4j_swept[@]}"
      else
        _ext4j_words "$1" "$2" "${_ext4j_commands[@]}"
      fi ;;
    end) _ext4j_words "$1" "$2" -- ;;
    words:*)
      IFS='|' read -ra words <<< "${3#*:}"
      _ext4j_words "$1" "$2" "${words[@]}" ;;
    list:*)
      IFS='|' read -ra words <<< "${3#*:}"
      list=${2%"${2##*,}"}
      _ext4j_words "$1$list" "${2##*,}" "${words[@]}"
      _ext4j_option nospace ;;
  esac
}

# Offers those words after $2 that begin with $2, each behind 'prefix' $1.
_ext4j_words() {
  local offered
  for offered in "${@:3}"; do
    if [[ $offered == "$2"* ]]; then _ext4j_add "$1$offered"; fi
  done
}

# Offers host files, or only folders if the kind is that. Names with ~ and $ are left to readline.
_ext4j_files() {
  local file strict=
  if [[ $raw == '~'* || $raw == *\$* ]] && [[ ! $head || $head == *= ]]; then
    _ext4j_option default
    return
  fi
  if shopt -q failglob; then shopt -u failglob; strict=1; fi
  for file in "$2"*; do
    if [[ -d $file ]] || [[ $3 != folder && ( -e $file || -L $file ) ]]; then _ext4j_add "$1$file"; fi
  done
  if [[ $strict ]]; then shopt -s failglob; fi
  _ext4j_option filenames
}

# Offers a word, without the part that readline keeps.
_ext4j_add() {
  COMPREPLY+=("${1:${#head}}")
}

# Switches an option of this completion on. A test calls the completion without readline, which compopt refuses.
_ext4j_option() {
  compopt -o "$1" 2> /dev/null || :
}

complete -F _ext4j ext4j
