package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// posted is one call as the server read it: "method field=value ...", fields in a fixed order.
type posted struct {
	calls  []string
	answer func(method string, r *http.Request) (code int, body string) // code 0: the usual answer
}

var postedFields = []string{
	"chat_id", "message_id", "message_thread_id", "text", "caption", "entities", "caption_entities", "photo", "document", "latitude", "longitude",
	"title", "address", "link_preview_options", "disable_notification", "reply_parameters", "reply_markup", "commands", "scope", "language_code",
}

func (p *posted) script(w http.ResponseWriter, r *http.Request, method string) bool {
	if method == "getMe" || method == "getUpdates" {
		return false
	}
	call := method
	_ = r.ParseMultipartForm(1 << 20)
	for _, f := range postedFields {
		if v := r.FormValue(f); v != "" {
			call += " " + f + "=" + v
		}
		if file, _, err := r.FormFile(f); err == nil {
			data, _ := io.ReadAll(file)
			call += " " + f + "=<" + string(data) + ">"
		}
	}
	p.calls = append(p.calls, call)
	code, body := 0, ""
	if p.answer != nil {
		code, body = p.answer(method, r)
	}
	switch {
	case code != 0:
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	case strings.HasPrefix(method, "send"):
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":11,"chat":{"id":7,"type":"private"},"date":1,"photo":[{"file_id":"S","width":1,"height":1},{"file_id":"L","width":9,"height":9}],"reply_to_message":{"message_id":1,"forward_origin":{"type":"from the future"}}}}`)
	default:
		fmt.Fprint(w, `{"ok":true,"result":true}`)
	}
	return true
}

func sender(t *testing.T) (*Telegram, *posted) {
	server := newMinimal(t)
	p := &posted{}
	server.scripted(p.script)
	tg, _ := adapterAt(t, server.URL)
	return tg, p
}

func refusal(code int, words, parameters string) (int, string) {
	if parameters == "" {
		parameters = "{}"
	}
	return code, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q,"parameters":%s}`, code, words, parameters)
}

var annaAt = messages.Address{Platform: "telegram", Account: "4242", Chat: "7"}

func TestSendForms(t *testing.T) {
	bold := messages.Rich{{Text: "😀 "}, {Text: "Hoi", Style: messages.Bold}}
	for _, c := range []struct {
		name string
		m    messages.Outbound
		want string
		sent messages.Sent
	}{
		{
			"a text",
			messages.Outbound{Body: bold, Silent: true, ReplyTo: "5", Thread: "9"},
			`sendMessage chat_id=7 message_thread_id=9 text=😀 Hoi entities=[{"type":"bold","offset":3,"length":3}] link_preview_options={"is_disabled":true} ` +
				`disable_notification=true reply_parameters={"message_id":5,"allow_sending_without_reply":true}`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"choices",
			messages.Outbound{Action: messages.Send, Body: messages.Rich{{Text: "?"}}, Choices: []messages.Choice{
				{Number: 1, Label: "Ja", Data: "y"}, {Label: "Privé", Start: "join-2"}, {Label: "Kaart van het gebied", Link: "https://x.nl"},
			}},
			`sendMessage chat_id=7 text=? link_preview_options={"is_disabled":true} reply_markup={"inline_keyboard":[[{"text":"1. Ja","callback_data":"y"},` +
				`{"text":"Privé","url":"https://t.me/our_bot?start=join-2"}],[{"text":"Kaart van het gebied","url":"https://x.nl"}]]}`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"a photo by its bytes",
			messages.Outbound{Body: bold, Photo: &messages.Photo{Data: []byte("JPEG")}},
			`sendPhoto chat_id=7 caption=😀 Hoi caption_entities=[{"type":"bold","offset":3,"length":3}] photo=<JPEG>`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"a photo by its id",
			messages.Outbound{Photo: &messages.Photo{File: "F", Data: []byte("JPEG")}},
			`sendPhoto chat_id=7 photo=F`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"a document",
			messages.Outbound{Body: bold, Document: &messages.Document{Name: "x.csv", Data: []byte("CSV")}, Silent: true},
			`sendDocument chat_id=7 caption=😀 Hoi caption_entities=[{"type":"bold","offset":3,"length":3}] document=<CSV> disable_notification=true`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"a place",
			messages.Outbound{Place: &messages.Place{Latitude: 52.25, Longitude: 4.5}},
			`sendLocation chat_id=7 latitude=52.25 longitude=4.5`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"a place with a name",
			messages.Outbound{Place: &messages.Place{Latitude: 52.25, Longitude: 4.5, Name: "Gemeentehuis"}},
			`sendVenue chat_id=7 latitude=52.25 longitude=4.5 title=Gemeentehuis address=52.25000, 4.50000`,
			messages.Sent{ID: "11", PhotoFile: "L"},
		},
		{
			"an edit",
			messages.Outbound{Action: messages.Edit, Target: "8", Body: bold},
			`editMessageText chat_id=7 message_id=8 text=😀 Hoi entities=[{"type":"bold","offset":3,"length":3}] link_preview_options={"is_disabled":true}`,
			messages.Sent{ID: "8"},
		},
		{
			"an edit of a photo",
			messages.Outbound{Action: messages.Edit, Target: "8", Body: bold, Photo: &messages.Photo{File: "F"}},
			`editMessageCaption chat_id=7 message_id=8 caption=😀 Hoi caption_entities=[{"type":"bold","offset":3,"length":3}]`,
			messages.Sent{ID: "8"},
		},
		{"a withdrawal", messages.Outbound{Action: messages.Withdraw, Target: "8"}, `deleteMessage chat_id=7 message_id=8`, messages.Sent{}},
		{"buttons taken off", messages.Outbound{Action: messages.Unbutton, Target: "8"}, `editMessageReplyMarkup chat_id=7 message_id=8`, messages.Sent{ID: "8"}},
		{"leaving", messages.Outbound{Action: messages.LeaveChat}, `leaveChat chat_id=7`, messages.Sent{}},
	} {
		tg, p := sender(t)
		c.m.To = annaAt
		sent, err := tg.Send(t.Context(), c.m)
		if err != nil || len(p.calls) != 1 || p.calls[0] != c.want || sent != c.sent {
			t.Errorf("%s: %v, sent %+v\n got %s\nwant %s", c.name, err, sent, strings.Join(p.calls, "\n     "), c.want)
		}
	}
}

func TestSendRefusals(t *testing.T) {
	text := messages.Outbound{Body: messages.Rich{{Text: "hoi"}}}
	act := func(a messages.Action) messages.Outbound {
		return messages.Outbound{Action: a, Target: "8", Body: messages.Rich{{Text: "hoi"}}}
	}
	for _, c := range []struct {
		name       string
		m          messages.Outbound
		code       int
		words      string
		parameters string
		want       *messages.SendError // nil: success
	}{
		{"too fast", text, 429, "Too Many Requests: retry after 7", `{"retry_after":7}`, &messages.SendError{Code: "429", Retry: true, Slow: true, After: 7 * time.Second}},
		{"moved", text, 400, "Bad Request: group chat was upgraded to a supergroup chat", `{"migrate_to_chat_id":-1001234567890}`, &messages.SendError{Code: "moved", Retry: true, MovedTo: "-1001234567890"}},
		{"blocked", text, 403, "Forbidden: bot was blocked by the user", "", &messages.SendError{Code: "403", Gone: true}},
		{"gone", text, 400, "Bad Request: chat not found", "", &messages.SendError{Code: "400", Gone: true}},
		{"no rights", text, 400, "Bad Request: not enough rights to send text messages to the chat", "", &messages.SendError{Code: "no_rights"}},
		{"the token", text, 401, "Unauthorized", "", &messages.SendError{Code: "401", Retry: true, After: refusedAfter}},
		{"no such method", text, 404, "Not Found: method not found", "", &messages.SendError{Code: "404"}},
		{"broken", text, 502, "Bad Gateway", "", &messages.SendError{Code: "502", Retry: true}},
		{"unchanged", act(messages.Edit), 400, "Bad Request: message is not modified: specified new message content ...", "", nil},
		{"edited away", act(messages.Edit), 400, "Bad Request: message to edit not found", "", &messages.SendError{Code: "not_found"}},
		{"withdrawn already", act(messages.Withdraw), 400, "Bad Request: message to delete not found", "", nil},
		{"too old", act(messages.Withdraw), 400, "Bad Request: message can't be deleted for everyone", "", &messages.SendError{Code: "too_old"}},
		{"no buttons left", act(messages.Unbutton), 400, "Bad Request: message is not modified", "", nil},
		{"no message left", act(messages.Unbutton), 400, "Bad Request: message to edit not found", "", nil},
		{"left already", act(messages.LeaveChat), 403, "Forbidden: bot is not a member of the supergroup chat", "", nil},
		{"nothing", messages.Outbound{}, 200, "", "", &messages.SendError{Code: "empty"}},
		{"no target", messages.Outbound{Action: messages.Edit}, 200, "", "", &messages.SendError{Code: "target"}},
		{"a choice without data", messages.Outbound{Body: text.Body, Choices: []messages.Choice{{Label: "x"}}}, 200, "", "", &messages.SendError{Code: "choice"}},
	} {
		tg, p := sender(t)
		p.answer = func(string, *http.Request) (int, string) { return refusal(c.code, c.words, c.parameters) }
		c.m.To = annaAt
		_, err := tg.Send(t.Context(), c.m)
		var got *messages.SendError
		if errors.As(err, &got) {
			got.Cause = nil
		}
		if (c.want == nil) != (err == nil) || (c.want != nil && (got == nil || *got != *c.want)) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSecondTries(t *testing.T) {
	t.Run("a refused photo id", func(t *testing.T) {
		tg, p := sender(t)
		p.answer = func(_ string, r *http.Request) (int, string) {
			if r.FormValue("photo") == "old" {
				return refusal(400, "Bad Request: wrong file identifier/HTTP URL specified", "")
			}
			return 0, ""
		}
		sent, err := tg.Send(t.Context(), messages.Outbound{To: annaAt, Photo: &messages.Photo{File: "old", Data: []byte("JPEG")}})
		if err != nil || sent.PhotoFile != "L" || len(p.calls) != 2 || !strings.HasSuffix(p.calls[1], "photo=<JPEG>") {
			t.Errorf("%v, %+v, calls %q", err, sent, p.calls)
		}
		_, err = tg.Send(t.Context(), messages.Outbound{To: annaAt, Photo: &messages.Photo{File: "old"}})
		var refused *messages.SendError
		if !errors.As(err, &refused) || refused.Code != "photo_file" || refused.Retry || refused.Gone {
			t.Errorf("without bytes: %v", err)
		}
	})
	t.Run("a topic that is gone", func(t *testing.T) {
		tg, p := sender(t)
		p.answer = func(_ string, r *http.Request) (int, string) {
			if r.FormValue("message_thread_id") != "" {
				return refusal(400, "Bad Request: message thread not found", "")
			}
			return 0, ""
		}
		sent, err := tg.Send(t.Context(), messages.Outbound{To: annaAt, Thread: "9", Body: messages.Rich{{Text: "hoi"}}})
		if err != nil || sent.ID != "11" || len(p.calls) != 2 {
			t.Errorf("%v, %+v, calls %q", err, sent, p.calls)
		}
	})
	t.Run("an edit of the other kind of message", func(t *testing.T) {
		tg, p := sender(t)
		p.answer = func(method string, _ *http.Request) (int, string) {
			if method == "editMessageText" {
				return refusal(400, "Bad Request: there is no text in the message to edit", "")
			}
			return 0, ""
		}
		_, err := tg.Send(t.Context(), messages.Outbound{To: annaAt, Action: messages.Edit, Target: "8", Body: messages.Rich{{Text: "hoi"}}})
		if err != nil || len(p.calls) != 2 || !strings.HasPrefix(p.calls[1], "editMessageCaption") {
			t.Errorf("%v, calls %q", err, p.calls)
		}
	})
}

func TestSendEndsInTime(t *testing.T) {
	server := newMinimal(t)
	release := make(chan struct{})
	server.scripted(func(_ http.ResponseWriter, r *http.Request, _ string) bool {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices when the client goes
		select {
		case <-release:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	})
	defer close(release)
	tg, _ := adapterAt(t, server.URL)
	for _, c := range []struct {
		code string
		end  func() (context.Context, context.CancelFunc)
	}{
		{"timeout", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 30*time.Millisecond)
		}},
		{"cancelled", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(30*time.Millisecond, cancel)
			return ctx, cancel
		}},
	} {
		ctx, cancel := c.end()
		_, err := tg.Send(ctx, messages.Outbound{To: annaAt, Body: messages.Rich{{Text: "hoi"}}})
		cancel()
		var lost *messages.SendError
		if !errors.As(err, &lost) || lost.Code != c.code || !lost.Retry || lost.Gone {
			t.Errorf("%s: %v", c.code, err)
		}
	}
}

func TestMenus(t *testing.T) {
	tg, p := sender(t)
	entries := []messages.MenuEntry{{Name: "help", Description: "Wat kan ik?"}}
	err := tg.SetMenus(t.Context(), []messages.Menu{
		{Kind: messages.Direct, Language: "nl", Entries: entries},
		{Kind: messages.Group, Entries: entries},
		{Kind: messages.Channel, Entries: entries},
		{Kind: messages.Group, Language: "en"},
	})
	want := []string{
		`setMyCommands commands=[{"command":"help","description":"Wat kan ik?"}] scope={"type":"all_private_chats"} language_code=nl`,
		`setMyCommands commands=[{"command":"help","description":"Wat kan ik?"}] scope={"type":"all_group_chats"}`,
		`deleteMyCommands scope={"type":"all_group_chats"} language_code=en`,
	}
	if err != nil || strings.Join(p.calls, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v, calls\n%s", err, strings.Join(p.calls, "\n"))
	}
}
