package commandstest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Play plays a transcript and compares what the bot says with what stands there; with update it rewrites the file.
//
//	# a comment
//	= role ria officer area Lisse          gives a role after a first /start
//	= group anna Lisse                     puts a group of anna's into the register
//	= english bob                          the app of bob speaks English
//	= admingroup Lisse                     "Beheerders Lisse", linked to the area
//	= channel Lisse                        "Lisse veilig", a public channel that is linked to the area
//	= forward 24h                          turns the clock
//	= at 2018-05-08 09:00                  turns the clock to a moment
//	anna: /register                        in private
//	anna @ Beheerders Lisse: /saar         in a group
//	anna: (reply text) (under Label: text) answers the latest message, or the latest with that choice
//	anna: (react 👍) (react 👍 Label)       puts an emoji on the latest message, or the latest with that choice; - takes it away
//	anna: (tap 2) (place 52.26 4.56) (contact 0612345678) (photo)
//	bot: an answer in the same chat
//	bot > ria: something that somebody else hears
func Play(t *testing.T, town *Town, file string, update bool) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "bot"), strings.HasPrefix(line, "    "):
			continue // what the bot said last time
		case line == "", strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
		default:
			out.WriteString(line + "\n")
			here, heard := town.play(line)
			for _, h := range heard {
				out.WriteString(script(here, h))
			}
		}
	}
	if update {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := out.String(); got != string(data) {
		t.Errorf("%s differs (go test ./commands -update rewrites it):\n%s", filepath.Base(file), difference(string(data), got))
	}
}

// Update is the flag -update, which rewrites transcripts.
func Update() *bool { return flag.Bool("update", false, "rewrite the transcripts in testdata") }

func (w *Town) play(line string) (here string, heard []Heard) {
	w.T.Helper()
	if directive, ok := strings.CutPrefix(line, "= "); ok {
		return "", w.direct(strings.Fields(directive))
	}
	who, text, ok := strings.Cut(line, ": ")
	if !ok {
		w.T.Fatalf("no line of a transcript: %q", line)
	}
	who, group, inGroup := strings.Cut(who, " @ ")
	p := w.Person(who)
	in := messages.Inbound{Text: strings.ReplaceAll(text, "\\n", "\n")}
	here = p.Name
	if inGroup {
		here = group
	}
	if special, ok := strings.CutPrefix(text, "("); ok {
		in = w.special(here, strings.Fields(strings.TrimSuffix(special, ")")))
	}
	if inGroup {
		return here, p.GivesIn(w.Group(group), in)
	}
	return here, p.Gives(in)
}

func (w *Town) special(chat string, words []string) (in messages.Inbound) {
	w.T.Helper()
	rest := strings.Join(words[1:], " ")
	switch words[0] {
	case "tap":
		in.TappedAt, in.Tapped = w.choice(chat, rest)
	case "photo":
		in.Photo = &messages.Photo{SHA256: strings.Repeat("ab", 32)}
	case "place":
		in.Place = &messages.Place{}
		if _, err := fmt.Sscan(rest, &in.Place.Latitude, &in.Place.Longitude); err != nil {
			w.T.Fatal(err)
		}
	case "contact":
		in.Contact = &messages.Contact{Phone: rest, Own: true}
	case "voice":
		in.Other = true
	case "reply": // (reply text): answers the latest message in the chat
		in.ReplyTo, in.Text = w.Last(chat).ID, rest
	case "under": // (under Label: text): answers the latest message with that choice under it
		label, text, _ := strings.Cut(rest, ": ")
		in.ReplyTo, _ = w.choice(chat, label)
		in.Text = text
	case "react":
		emoji, label, _ := strings.Cut(rest, " ")
		if in.Event, in.ReplyTo = messages.Reacted, w.Last(chat).ID; label != "" {
			in.ReplyTo, _ = w.choice(chat, label)
		}
		in.Reaction = strings.TrimPrefix(emoji, "-")
	default:
		w.T.Fatalf("no such thing to send: %q", words)
	}
	return in
}

func (w *Town) direct(words []string) []Heard {
	w.T.Helper()
	rest := strings.Join(words[1:], " ")
	switch words[0] {
	case "role":
		w.Person(words[1]).WithRole(storage.RoleName(words[2]), strings.Join(words[3:], " "))
	case "english":
		w.Person(rest).Lang = "en"
	case "group":
		w.Person(words[1]).WithGroup(strings.Join(words[2:], " "))
	case "admingroup":
		w.AdminGroup(rest)
	case "channel":
		w.PublicChannel(rest)
	case "forward":
		d, err := time.ParseDuration(rest)
		if err != nil {
			w.T.Fatal(err)
		}
		return w.Forward(d)
	case "at":
		at, err := time.ParseInLocation("2006-01-02 15:04", rest, w.Now.Location())
		if err != nil {
			w.T.Fatal(err)
		}
		return w.ForwardTo(at)
	default:
		w.T.Fatalf("no such directive: %q", words)
	}
	return nil
}

// codes are one-time codes, which differ each time that a transcript is played.
var codes = regexp.MustCompile(`\b[A-HJKMNP-Z2-9]{8}\b`)

func script(here string, h Heard) string {
	head := "bot"
	if h.Chat != here {
		head += " > " + h.Chat
	}
	var b strings.Builder
	text := codes.ReplaceAllString(h.Text, "ABCD2345")
	switch {
	case h.Action != messages.Send:
		text = "(" + string(h.Action) + ") " + text
	case h.Part.Photo != "":
		text = "(photo) " + text
	case h.Part.Document != nil:
		text = fmt.Sprintf("(file: %s, %d lines) %s", h.Part.Document.Name, bytes.Count(h.File, []byte("\n")), text)
	case h.Part.Chart != nil:
		text = fmt.Sprintf("(chart of %d bars) %s", len(h.Part.Chart.Bars), text)
	}
	if h.ReplyTo != "" {
		head += " (as a reply)"
	}
	b.WriteString(head + ": " + strings.ReplaceAll(strings.TrimRight(text, " "), "\n", "\n    ") + "\n")
	for _, c := range h.Part.Choices {
		link := ""
		if c.Start != "" {
			link = " -> " + c.Start
		}
		b.WriteString("    [" + c.Caption() + link + "]\n")
	}
	return b.String()
}

// difference shows the first line that differs, with what is around it.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n  want %q\n  got  %q", i+1, a, b)
		}
	}
	return ""
}
