package demo

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// What the people of the town said and did in the fortnight, a line each:
//
//	= 13 09:05                        thirteen days ago, at five past nine
//	officer: /melding                 in the private chat
//	officer @ beheerders-lisse: text  in a group or channel
//	officer: (tap 2)                  a choice by its number or words, under the latest message that has it
//	daan @ beheerders-lisse: (answer Jongen van 6: text)  answers the latest message of the bot's with these words
//	officer: (photo fiets)            a photo of the folder photos
//	officer: (place 52.26 4.56 Here)  shares a place
//	officer: (code portfolio)         activates the code that somebody else got last
//	officer: (link officer)           posts the code for a channel that somebody got last
//	! portfolio team Bollenstreek     a code of the operator's
//
//go:embed past.txt photos
var pastFiles embed.FS

const (
	fortnight = 14 * 24 * time.Hour
	freshFor  = 20 * time.Hour // what is older has been read
	readyFor  = 20 * time.Second
)

// opening is when the fortnight begins, in the early morning of its first day.
func opening(end time.Time) time.Time {
	first := end.Add(-fortnight)
	return time.Date(first.Year(), first.Month(), first.Day(), 7, 0, 0, 0, end.Location())
}

// past tells the fortnight: everything in it is said to the bot as if it were typed.
func (t *town) past(ctx context.Context) error {
	if err := t.awake(ctx); err != nil {
		return err
	}
	script, err := pastFiles.ReadFile("past.txt")
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(script), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := t.tell(ctx, line, "past-line-"+strconv.Itoa(i+1)); err != nil {
			return fmt.Errorf("line %d of the past: %w", i+1, err)
		}
	}
	if err := t.bot.Forward(ctx, t.clock.Turn, t.end); err != nil {
		return err
	}
	return t.readUp(ctx)
}

// awake waits until the bot takes messages, and puts it into the groups.
func (t *town) awake(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyFor)
	defer cancel()
	for !t.web.Ready() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	for _, c := range t.chats {
		if c.Kind == messages.Direct {
			continue
		}
		if err := t.web.Happened(ctx, c, "added-"+c.ID, messages.Added); err != nil {
			return err
		}
	}
	return t.bot.Settle(ctx)
}

var (
	errLine  = errors.New("not understood")
	codeForm = regexp.MustCompile(`/\S+ ([A-Z0-9]{8})\b`)
)

// tell does one line of the past and waits for what the bot says to it.
func (t *town) tell(ctx context.Context, line, key string) error {
	if rest, ok := strings.CutPrefix(line, "= "); ok {
		return t.goTo(ctx, rest)
	}
	if rest, ok := strings.CutPrefix(line, "! "); ok {
		return t.invite(ctx, rest, key)
	}
	who, what, ok := strings.Cut(line, ": ")
	name, chat, _ := strings.Cut(who, " @ ")
	person, known := t.Person(name)
	if !ok || !known {
		return errLine
	}
	if chat == "" {
		chat = name
	}
	said, err := t.said(ctx, chat, what)
	if err != nil {
		return err
	}
	said.Key = key
	if _, err := t.web.Say(ctx, person, chat, said); err != nil {
		return err
	}
	return t.bot.Settle(ctx)
}

func (t *town) goTo(ctx context.Context, words string) error {
	days, hour, _ := strings.Cut(words, " ")
	n, err := strconv.Atoi(days)
	if err != nil {
		return errLine
	}
	at, err := time.Parse("15:04", hour)
	if err != nil {
		return errLine
	}
	day := t.end.AddDate(0, 0, -n)
	return t.bot.Forward(ctx, t.clock.Turn, time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, day.Location()))
}

// said is what a line does.
func (t *town) said(ctx context.Context, chat, what string) (webchat.Said, error) {
	inside, ok := strings.CutPrefix(what, "(")
	if !ok {
		return webchat.Said{Text: what}, nil
	}
	verb, rest, _ := strings.Cut(strings.TrimSuffix(inside, ")"), " ")
	switch verb {
	case "tap":
		return t.tap(ctx, chat, rest)
	case "answer":
		words, text, _ := strings.Cut(rest, ": ")
		return t.answer(ctx, chat, words, text)
	case "photo":
		data, err := pastFiles.ReadFile("photos/" + rest + ".jpg")
		return webchat.Said{Photo: data}, err
	case "place":
		p := &webchat.Place{}
		if _, err := fmt.Sscanf(rest, "%f %f", &p.Latitude, &p.Longitude); err != nil {
			return webchat.Said{}, errLine
		}
		p.Name = strings.Join(strings.Fields(rest)[2:], " ")
		return webchat.Said{Place: p}, nil
	case "code":
		return t.code(ctx, rest, "/activate ")
	case "link":
		return t.code(ctx, rest, "/link ")
	}
	return webchat.Said{}, errLine
}

// code uses, with a command, the code that stands in the latest message of somebody's private chat that has one.
func (t *town) code(ctx context.Context, chat, command string) (webchat.Said, error) {
	all, err := t.web.Messages(ctx, chat)
	if err != nil {
		return webchat.Said{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if m := codeForm.FindStringSubmatch(all[i].Body.String()); m != nil {
			return webchat.Said{Text: command + m[1]}, nil
		}
	}
	return webchat.Said{}, errors.New("no code")
}

func (t *town) tap(ctx context.Context, chat, choice string) (webchat.Said, error) {
	all, err := t.web.Messages(ctx, chat)
	if err != nil {
		return webchat.Said{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		for _, c := range all[i].Choices {
			number, label, _ := strings.Cut(c.Caption, ". ")
			if c.Caption == choice || number == choice || label == choice {
				return webchat.Said{Tapped: c.Data, TappedAt: all[i].ID}, nil
			}
		}
	}
	return webchat.Said{}, fmt.Errorf("no choice %q", choice)
}

// answer answers the bot's latest message with these words.
func (t *town) answer(ctx context.Context, chat, words, text string) (webchat.Said, error) {
	all, err := t.web.Messages(ctx, chat)
	if err != nil {
		return webchat.Said{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From == "" && strings.Contains(all[i].Body.String(), words) {
			return webchat.Said{Text: text, ReplyTo: all[i].ID}, nil
		}
	}
	return webchat.Said{}, fmt.Errorf("no message with %q", words)
}

// invite gives somebody the first role of its kind, as the operator of a real bot does.
func (t *town) invite(ctx context.Context, words, key string) error {
	part := strings.SplitN(words, " ", 3)
	if len(part) != 3 {
		return errLine
	}
	role, ok := commands.FindRole(part[0])
	if !ok {
		return errLine
	}
	code := ""
	err := t.store.Write(ctx, func(tx *storage.Tx) error {
		scope, _, err := commands.FindScope(tx, part[1], part[2])
		if err != nil {
			return err
		}
		code, err = commands.Invite(tx, role, scope, nil, t.clock.Now())
		return err
	})
	if err != nil {
		return err
	}
	return t.tell(ctx, part[0]+": /activate "+code, key)
}

// readUp marks as read what people had time to read.
func (t *town) readUp(ctx context.Context) error {
	for _, p := range t.people {
		for _, c := range t.Chats(p.ID) {
			all, err := t.web.Messages(ctx, c.ID)
			if err != nil {
				return err
			}
			for i := len(all) - 1; i >= 0; i-- {
				if t.end.Sub(time.UnixMilli(all[i].At)) > freshFor {
					if err := t.web.Read(ctx, p.ID, c.ID, all[i].ID); err != nil {
						return err
					}
					break
				}
			}
		}
	}
	return nil
}
