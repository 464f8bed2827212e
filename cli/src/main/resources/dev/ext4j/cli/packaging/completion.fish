# Prints the command and the words before the cursor that are neither options nor their values. Prints nothing before
# the command. Behind '--' in crash-sweep, the words are those of the command line there.
function __ext4j_words
    set -l words
    set -l pending
    set -l ended
    for word in (commandline -opc)[2..-1]
        if test -n "$pending"
            set pending
        else if test -z "$ended"; and test "$word" = --
            set ended 1
            if test "$words[1]" = crash-sweep
                set words
                set ended
            end
        else if test -z "$ended"; and string match -q -- '-?*' $word
            if __ext4j_takes_value "$words[1]" $word
                set pending 1
            end
        else
            set -a words $word
        end
    end
    if set -q words[1]
        printf '%s\n' $words
    end
end

# Succeeds among the words of command $argv[1].
function __ext4j_in
    set -l words (__ext4j_words)
    test "$words[1]" = "$argv[1]"
end

# Succeeds at parameter $argv[2] of command $argv[1], and after it if $argv[3] is given.
function __ext4j_at
    set -l words (__ext4j_words)
    test "$words[1]" = "$argv[1]"; or return 1
    set -l place (math (count $words) + (test -z "$argv[1]"; and echo 1; or echo 0))
    if set -q argv[3]
        test $place -ge $argv[2]
    else
        test $place -eq $argv[2]
    end
end

# Prints each word behind what the list before the cursor has already.
function __ext4j_list
    set -l list (string match -r -g -- '^(?:-[^=]*=)?(.*,)?' (commandline -ct))
    printf '%s\n' $list$argv
end
