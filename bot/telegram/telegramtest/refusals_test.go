package telegramtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestMistakesAreReported tries what the bot must not do, whether or not Telegram would overlook it.
func TestMistakesAreReported(t *testing.T) {
	for _, c := range []struct {
		call   string
		report string
		code   int
	}{
		{"sendMassage chat_id=1", `no method "sendMassage"`, 404},
		{"sendMessage chat_id=100000001 text=x colour=red", `no field "colour"`, 400},
		{"sendMessage chat_id=100000001 text=x message_effect_id=5", `doesn't know the field "message_effect_id"`, 400},
		{"sendMessage chat_id=100000001 text=x parse_mode=HTML", `no parse_mode`, 400},
		{`sendMessage chat_id=100000001 text=x entities=[{"type":"bold","offset":0,"size":1}]`, `unknown field "size"`, 400},
		{`sendMessage chat_id=100000001 text=x reply_markup={"inline_keyboard":[[{"text":"x","data":"y"}]]}`, `unknown field "data"`, 400},
		{"sendMessage chat_id=100000001 text=x message_thread_id=nine", `"message_thread_id" is no integer`, 400},
		{"sendPhoto chat_id=100000001 photo=https://example.org/x.jpg", "nothing from the web", 400},
		{"setWebhook url=https://example.org/hook", "this machine only", 400},
		{"getUpdates offset=x", "no integer", 400},
	} {
		s, r := started(t)
		s.Person("Anna").Knows()
		words := strings.Fields(c.call)
		a := form(t, s, words[0], words[1:]...)
		if a.Code != c.code || !strings.Contains(r.all(), c.report) {
			t.Errorf("%s: answered %d %s and reported %q, want %d and %q", c.call, a.Code, a.Description, r.all(), c.code, c.report)
		}
	}
	s, r := started(t)
	for address, code := range map[string]int{
		"/bot" + s.Token()[:12] + "/getMe": 401, "/bot/getMe": 404, "/": 404, "/bot" + s.Token(): 404, "/file/bot" + s.Token() + "/x": 404,
	} {
		resp, err := http.Get(s.URL() + address)
		if err != nil || resp.StatusCode != code {
			t.Errorf("%s: %v, %v", address, resp.Status, err)
		}
		resp.Body.Close()
	}
	if r.all() != "" {
		t.Errorf("reported %q", r.all())
	}
}

func TestRefusals(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna").Knows()
	id := fmt.Sprintf("chat_id=%d", anna.ID())
	long := strings.Repeat("é", 4096)
	for _, c := range []struct {
		method string
		fields []string
		want   string // empty: taken
	}{
		{"sendMessage", []string{id}, "Bad Request: message text is empty"},
		{"sendMessage", []string{id, "text= \n "}, "Bad Request: text must be non-empty"},
		{"sendMessage", []string{"text=x"}, "Bad Request: chat_id is empty"},
		{"sendMessage", []string{"chat_id=5", "text=x"}, "Bad Request: chat not found"},
		{"sendMessage", []string{"chat_id=@nobody", "text=x"}, "Bad Request: chat not found"},
		{"sendMessage", []string{id, "text=" + long}, ""},
		{"sendMessage", []string{id, "text=" + long + "x"}, "Bad Request: message is too long"},
		{"sendMessage", []string{id, "text=" + strings.Repeat("😀", 2049)}, "Bad Request: message is too long"},
		{"sendMessage", []string{id, "text=x", `entities=[{"type":"bold","offset":2,"length":1}]`}, "Bad Request: entity begins after the end of the text at UTF-16 offset 2"},
		{"sendMessage", []string{id, "text=x", `entities=[{"type":"bold","offset":0,"length":2}]`}, "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"},
		{"sendMessage", []string{id, "text=😀", `entities=[{"type":"bold","offset":1,"length":1}]`}, "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 4"},
		{"sendMessage", []string{id, "text=😀", `entities=[{"type":"bold","offset":0,"length":1}]`}, "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"},
		{"sendMessage", []string{id, "text=😀", `entities=[{"type":"bold","offset":0,"length":2}]`}, ""},
		{"sendMessage", []string{id, "text=x", `entities=[{"type":"text_link","offset":0,"length":1,"url":"tel:112"}]`}, "Bad Request: wrong HTTP URL specified"},
		{"sendMessage", []string{id, "text=x", `reply_parameters={"message_id":999}`}, "Bad Request: message to be replied not found"},
		{"sendMessage", []string{id, "text=x", `reply_parameters={"message_id":999,"allow_sending_without_reply":true}`}, ""},
		{"sendMessage", []string{id, "text=x", `reply_markup={"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("y", 64) + `"}]]}`}, ""},
		{"sendMessage", []string{id, "text=x", `reply_markup={"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("y", 65) + `"}]]}`}, "Bad Request: BUTTON_DATA_INVALID"},
		{"sendMessage", []string{id, "text=x", `reply_markup={"inline_keyboard":[[{"text":"x"}]]}`}, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"sendMessage", []string{id, "text=x", `reply_markup={"inline_keyboard":[]}`}, ""},
		{"sendPhoto", []string{id}, "Bad Request: there is no photo in the request"},
		{"sendPhoto", []string{id, "photo=x", "caption=" + long[:2050]}, "Bad Request: message caption is too long"},
		{"sendLocation", []string{id, "latitude=52"}, "Bad Request: longitude is empty"},
		{"sendVenue", []string{id, "latitude=52", "longitude=4", "title=x"}, "Bad Request: venue address must be non-empty"},
		{"leaveChat", []string{id}, "Bad Request: chat member status can't be changed in private chats"},
		{"getChatAdministrators", []string{id}, "Bad Request: there are no administrators in the private chat"},
		{"deleteMessage", []string{id}, "Bad Request: message identifier is not specified"},
	} {
		a := form(t, s, c.method, c.fields...)
		if a.OK != (c.want == "") || (!a.OK && a.Description != c.want) {
			t.Errorf("%s %.80q: %+v, want %q", c.method, c.fields, a, c.want)
		}
	}
	anna.DeletesAccount()
	if a := form(t, s, "sendMessage", id, "text=x"); a.Code != 403 || a.Description != "Forbidden: user is deactivated" {
		t.Errorf("to a deleted account: %+v", a)
	}
}

func TestOldMessagesStay(t *testing.T) {
	now := time.Unix(1700000000, 0)
	s := New(t, WithClock(func() time.Time { return now }))
	g := s.Supergroup("Lisse").AddBot()
	id := fmt.Sprintf("chat_id=%d", g.ID())
	form(t, s, "sendMessage", id, "text=x")
	n := g.Hears("x").ID
	now = now.Add(49 * time.Hour)
	a := form(t, s, "deleteMessage", id, fmt.Sprintf("message_id=%d", n))
	if a.Description != "Bad Request: message can't be deleted for everyone" {
		t.Errorf("deleted after two days: %+v", a)
	}
	if s.Pending() != 2 {
		t.Fatalf("%d updates wait", s.Pending())
	}
	if got := numbers(t, s); len(got) != 0 {
		t.Errorf("updates of two days ago: %v", got)
	}
}
