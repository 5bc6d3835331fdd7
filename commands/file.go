package commands

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
)

// keepFiles is how long a file is kept after it was asked for: it may hold phone numbers, and the reader has it.
const keepFiles = 24 * time.Hour

// longestPlace is how much of a place stands in the name of a file, in letters.
const longestPlace = 40

// fileMeant tells whether somebody wants something as a file, by a word at the beginning or the end; rest are the others.
func (t *Turn) fileMeant(words string) (rest string, ok bool) {
	all := strings.Fields(words)
	is := func(word string) bool { return slices.Contains(t.e.inAll(messages.S("file.word")), storage.Fold(word)) }
	switch n := len(all); {
	case n == 0:
		return words, false
	case is(all[0]):
		return strings.Join(all[1:], " "), true
	case is(all[n-1]):
		return strings.Join(all[:n-1], " "), true
	}
	return words, false
}

// replyFile answers with a table for Excel, and says something with it. what and place name it. It goes to nobody who
// loses the role before, and to nobody when it is a day old.
func (t *Turn) replyFile(what messages.Say, place string, table [][]messages.Say, text ...messages.Say) error {
	rows := make([][]string, len(table))
	for i, row := range table {
		for _, cell := range row {
			rows[i] = append(rows[i], cell.Text(t.e.Catalog, t.Lang))
		}
	}
	data, err := exchange.CSV(rows)
	if err != nil {
		return err
	}
	key, err := t.Tx.PutDocument(data, t.Now)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(text...)
	name := []string{what.Text(t.e.Catalog, t.Lang), inName(place), t.Now.Format(time.DateOnly)}
	name = slices.DeleteFunc(name, func(part string) bool { return part == "" })
	c.Document = &messages.Document{Name: strings.Join(name, "-") + ".csv", Type: messages.CSV, Key: key}
	return t.Reply(c)
}

// inName is a place as it stands in the name of a file: letters and digits that every system takes.
func inName(place string) string {
	words := strings.FieldsFunc(storage.Fold(place), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	name := strings.Join(words, "-")
	if len(name) > longestPlace {
		name = strings.TrimRight(name[:longestPlace], "-")
	}
	return name
}

// count is a number in a cell, without the points that would make a text of it.
func count(n int) messages.Say { return messages.Verbatim(fmt.Sprint(n)) }

// ticked is yes or no in a cell.
func ticked(is bool) messages.Say {
	if is {
		return messages.S("form.yes")
	}
	return messages.S("form.no")
}
