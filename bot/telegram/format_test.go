package telegram

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

func TestFormat(t *testing.T) {
	text, entities := format(messages.Rich{
		{Text: "🚨 "},
		{Text: "Vermist 👧", Style: messages.Bold},
		{Text: " & <b>", Style: messages.Bold | messages.Italic},
		{Text: ": zie "},
		{Text: "hier", Link: "https://politie.nl"},
		{Text: ", bel "},
		{Text: "112", Link: "tel:112", Style: messages.Bold},
	})
	if text != "🚨 Vermist 👧 & <b>: zie hier, bel 112" {
		t.Fatalf("text is %q", text)
	}
	units := utf16.Encode([]rune(text))
	got := map[string]models.MessageEntityType{}
	for _, e := range entities {
		got[string(utf16.Decode(units[e.Offset:e.Offset+e.Length]))] = e.Type
	}
	want := map[string]models.MessageEntityType{
		"Vermist 👧 & <b>": "bold", " & <b>": "italic", "hier": "text_link", "112": "bold",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("entities mark %v, want %v", got, want)
	}
}

func FuzzFormat(f *testing.F) {
	f.Add("a *b* _c_ [d](https://e.f) 😀*g*")
	f.Fuzz(func(t *testing.T, s string) {
		text, entities := format(messages.Parse(s))
		length := messages.Len16(text)
		for _, e := range entities {
			if e.Length < 1 || e.Offset < 0 || e.Offset+e.Length > length {
				t.Fatalf("entity %+v outside a text of %d", e, length)
			}
		}
	})
}

func TestRows(t *testing.T) {
	rowsOf := func(captions ...string) string {
		var bs []button
		for _, c := range captions {
			bs = append(bs, button{Text: c})
		}
		var out []string
		for _, r := range rows(bs) {
			var in []string
			for _, b := range r {
				in = append(in, b.Text)
			}
			out = append(out, strings.Join(in, "|"))
		}
		return strings.Join(out, " / ")
	}
	for _, c := range []struct{ got, want string }{
		{rowsOf("1. Ja", "2. Nee"), "1. Ja|2. Nee"},
		{rowsOf("1", "2", "3", "4"), "1|2|3 / 4"},
		{rowsOf("1. Vermiste persoon", "2. Getuigenoproep", "3. Waarschuwing"), "1. Vermiste persoon / 2. Getuigenoproep / 3. Waarschuwing"},
		{rowsOf(), ""},
	} {
		if c.got != c.want {
			t.Errorf("rows are %q, want %q", c.got, c.want)
		}
	}
	raw, err := json.Marshal(inlineKeyboard{[][]button{{{Text: "Ja", Data: "y"}}}})
	if err != nil || string(raw) != `{"inline_keyboard":[[{"text":"Ja","callback_data":"y"}]]}` {
		t.Errorf("keyboard is %s, %v", raw, err)
	}
}

func TestHarmless(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Bad Request: message can't be edited", "Bad Request: message can't be edited"},
		{`Bad Request: can't find "Jan stole my bike"`, "Bad Request: can't find …"},
		{"Bad Request: inline keyboard button URL 'https://x' is invalid", "Bad Request: inline keyboard button URL …"},
		{"Bad Request: +31 6 12345678 is wrong", "Bad Request: # is wrong"},
	} {
		if got := harmless(c.in); got != c.want {
			t.Errorf("harmless(%q) = %q", c.in, got)
		}
	}
}

func TestSendErrors(t *testing.T) {
	tg, err := New(Config{Token: "12:abcdefgh"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code      int
		words     string
		wantCode  string
		gone, try bool
	}{
		{403, "Forbidden: bot was blocked by the user", "403", true, false},
		{403, "Forbidden: user is deactivated", "403", true, false},
		{403, "Forbidden: bot was kicked from the supergroup chat", "403", true, false},
		{400, "Bad Request: chat not found", "400", true, false},
		{400, "Bad Request: PEER_ID_INVALID", "400", true, false},
		{400, "Bad Request: have no rights to send a message", "no_rights", false, false},
		{400, "Bad Request: not enough rights to send text messages to the chat", "no_rights", false, false},
		{403, "Forbidden: CHAT_WRITE_FORBIDDEN", "no_rights", false, false},
		{400, "Bad Request: TOPIC_CLOSED", "topic_closed", false, false},
		{400, "Bad Request: message text is empty", "400", false, false},
		{400, "Bad Request: message can't be deleted for everyone", "too_old", false, false},
		{429, "Too Many Requests: retry after 3", "429", false, true},
		{500, "Internal Server Error: x", "500", false, true},
		{401, "Unauthorized", "401", false, true},
	} {
		got := tg.sendError(errors.Join(&apiError{Method: "sendMessage", Code: c.code, Description: c.words}))
		if got.Code != c.wantCode || got.Gone != c.gone || got.Retry != c.try || got.Slow != (c.code == 429) {
			t.Errorf("%d %s: %+v", c.code, c.words, got)
		}
	}
}
