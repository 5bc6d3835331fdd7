package telegram

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

const (
	anna  = `"from":{"id":7,"is_bot":false,"first_name":"Anna","last_name":"Bos","language_code":"nl"}`
	home  = `"chat":{"id":7,"type":"private","first_name":"Anna"}`
	lisse = `"chat":{"id":-1001,"type":"supergroup","title":"Lisse"}`
	date  = `"date":1700000000`
)

func read(t *testing.T, raw string) arrival {
	t.Helper()
	u, readable, err := parseUpdate([]byte(raw))
	if err != nil || !readable {
		t.Fatalf("parse %s: readable %t, %v", raw, readable, err)
	}
	return translate(u, "BuurtBode_bot")
}

func TestTranslateMessages(t *testing.T) {
	at := time.Unix(1700000000, 0).UTC()
	person := messages.Sender{ID: "7", Name: "Anna Bos", Language: "nl"}
	group := messages.Address{Chat: "-1001"}
	said := func(change func(*messages.Inbound)) messages.Inbound {
		in := messages.Inbound{ID: "m5", At: group, Kind: messages.Group, Title: "Lisse", From: person, SentAt: at}
		change(&in)
		return in
	}
	unnamed := messages.Sender{ID: "-1001", Name: "Lisse", Anonymous: true, ChatAdmin: true}
	for _, c := range []struct {
		name, message string
		want          messages.Inbound
	}{
		{
			"a command in a group", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"text":"/help me"}`,
			said(func(in *messages.Inbound) { in.Text = "/help me" }),
		},
		{
			"addressed to this bot", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"text":"/help@buurtbode_BOT me"}`,
			said(func(in *messages.Inbound) { in.Text = "/help me" }),
		},
		{
			"a topic of a forum", `{"message_id":5,"message_thread_id":9,"is_topic_message":true,"reply_to_message":{"message_id":9,` + lisse + `,"forum_topic_created":{"name":"x"}},` + anna + `,` + lisse + `,` + date + `,"text":"hi"}`,
			said(func(in *messages.Inbound) { in.Text, in.Thread = "hi", "9" }),
		},
		{
			"a thread that is no topic", `{"message_id":5,"message_thread_id":4,"reply_to_message":{"message_id":4,` + lisse + `},` + anna + `,` + lisse + `,` + date + `,"text":"hi"}`,
			said(func(in *messages.Inbound) { in.Text, in.ReplyTo = "hi", "4" }),
		},
		{
			"an answer to the bot", `{"message_id":5,"reply_to_message":{"message_id":4,"from":{"id":1,"is_bot":true,"first_name":"Bode"},` + lisse + `},` + anna + `,` + lisse + `,` + date + `,"text":"hi"}`,
			said(func(in *messages.Inbound) { in.Text, in.ReplyTo = "hi", "4" }),
		},
		{
			"an answer to somebody else", `{"message_id":5,"reply_to_message":{"message_id":4,"from":{"id":8,"is_bot":false,"first_name":"Bert"},` + lisse + `},` + anna + `,` + lisse + `,` + date + `,"text":"hi"}`,
			said(func(in *messages.Inbound) { in.Text = "hi" }),
		},
		{
			"an unnamed administrator", `{"message_id":5,"from":{"id":1087968824,"is_bot":true,"first_name":"Group"},"sender_chat":{"id":-1001,"type":"supergroup"},` + lisse + `,` + date + `,"text":"/link"}`,
			said(func(in *messages.Inbound) { in.Text, in.From = "/link", unnamed }),
		},
		{
			"a photo in a group", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"caption":"look","photo":[{"file_id":"s","width":90,"height":60},{"file_id":"l","width":1280,"height":960},{"file_id":"m","width":320,"height":200}]}`,
			said(func(in *messages.Inbound) { in.Text, in.Photo = "look", &messages.Photo{File: "l", Caption: "look"} }),
		},
		{
			"a venue", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"location":{"latitude":52.1,"longitude":4.5},"venue":{"location":{"latitude":52.2,"longitude":4.6},"title":"Town hall","address":"x"}}`,
			said(func(in *messages.Inbound) {
				in.Place = &messages.Place{Latitude: 52.2, Longitude: 4.6, Name: "Town hall"}
			}),
		},
		{
			"a location", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"location":{"latitude":52.1,"longitude":4.5}}`,
			said(func(in *messages.Inbound) { in.Place = &messages.Place{Latitude: 52.1, Longitude: 4.5} }),
		},
		{
			"one's own number", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"contact":{"phone_number":"31600000000","first_name":"Anna","user_id":7}}`,
			said(func(in *messages.Inbound) {
				in.Contact = &messages.Contact{Name: "Anna", Phone: "31600000000", Own: true}
			}),
		},
		{
			"one's own number, passed on", `{"message_id":5,"forward_origin":{"type":"user"},` + anna + `,` + lisse + `,` + date + `,"contact":{"phone_number":"31600000000","first_name":"Anna","user_id":7}}`,
			said(func(in *messages.Inbound) { in.Contact = &messages.Contact{Name: "Anna", Phone: "31600000000"} }),
		},
		{
			"another's number", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"contact":{"phone_number":"31600000000","first_name":"Piet","user_id":8}}`,
			said(func(in *messages.Inbound) { in.Contact = &messages.Contact{Name: "Piet", Phone: "31600000000"} }),
		},
		{
			"a voice message", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"voice":{"file_id":"v"}}`,
			said(func(in *messages.Inbound) { in.Other = true }),
		},
		{
			"a file in a group", `{"message_id":5,` + anna + `,` + lisse + `,` + date + `,"document":{"file_id":"d","mime_type":"image/png"}}`,
			said(func(in *messages.Inbound) { in.Other = true }),
		},
		{
			"the group became a supergroup", `{"message_id":5,"from":{"id":99,"is_bot":true},` + lisse + `,` + date + `,"migrate_to_chat_id":-1009}`,
			said(func(in *messages.Inbound) {
				in.Event, in.MovedTo, in.From = messages.Moved, "-1009", messages.Sender{}
			}),
		},
	} {
		a := read(t, `{"update_id":1,"message":`+c.message+`}`)
		if !a.known || !reflect.DeepEqual(a.in, c.want) {
			t.Errorf("%s: known %t\n got %+v\nwant %+v", c.name, a.known, a.in, c.want)
		}
		if a.file != "" {
			t.Errorf("%s: a group's photo would be fetched", c.name)
		}
	}
}

func TestTranslatePrivateAndChannel(t *testing.T) {
	a := read(t, `{"update_id":1,"message":{"message_id":5,`+anna+`,`+home+`,`+date+`,"photo":[{"file_id":"l","width":9,"height":9,"file_size":12}]}}`)
	if a.file != "l" || a.size != 12 || a.in.Photo.File != "l" || a.in.Kind != messages.Direct || a.in.Title != "" {
		t.Errorf("private photo: %+v", a)
	}
	a = read(t, `{"update_id":1,"message":{"message_id":5,`+anna+`,`+home+`,`+date+`,"document":{"file_id":"d","mime_type":"image/JPEG","file_size":12}}}`)
	if a.file != "d" || a.in.Photo == nil || a.in.Photo.File != "" || a.in.Other {
		t.Errorf("a photo sent as a file: %+v", a)
	}
	a = read(t, `{"update_id":1,"message":{"message_id":5,`+anna+`,`+home+`,`+date+`,"animation":{"file_id":"d"},"document":{"file_id":"d","mime_type":"image/gif"}}}`)
	if a.file != "" || a.in.Photo != nil || !a.in.Other {
		t.Errorf("an animation: %+v", a)
	}
	a = read(t, `{"update_id":1,"channel_post":{"message_id":5,"sender_chat":{"id":-1002,"type":"channel"},"chat":{"id":-1002,"type":"channel","title":"News"},`+date+`,"text":"/link ABCD"}}`)
	if !a.known || a.in.Kind != messages.Channel || !a.in.From.Anonymous || a.in.From.ID != "-1002" || a.in.Text != "/link ABCD" {
		t.Errorf("channel post: %+v", a)
	}
}

func TestTranslateTapsAndMembership(t *testing.T) {
	a := read(t, `{"update_id":3,"callback_query":{"id":"77","data":"alert:1",`+anna+`,"message":{"message_id":41,"date":0,`+lisse+`}}}`)
	if !a.known || a.tap != "77" || a.in.ID != "c77" || a.in.Tapped != "alert:1" || a.in.TappedAt != "41" || a.in.At.Chat != "-1001" || a.in.Kind != messages.Group {
		t.Errorf("tap: %+v", a)
	}
	a = read(t, `{"update_id":3,"callback_query":{"id":"77","data":"x","inline_message_id":"i",`+anna+`}}`)
	if a.known || a.tap != "77" {
		t.Errorf("a tap under nothing should be answered and not be received: %+v", a)
	}
	for _, c := range []struct {
		chat, from, to string
		want           messages.Event
		known          bool
	}{
		{lisse, `{"status":"left"}`, `{"status":"member"}`, messages.Added, true},
		{lisse, `{"status":"kicked"}`, `{"status":"restricted","is_member":true}`, messages.Added, true},
		{lisse, `{"status":"member"}`, `{"status":"administrator"}`, "", false},
		{lisse, `{"status":"restricted","is_member":true}`, `{"status":"restricted","is_member":false}`, messages.Removed, true},
		{lisse, `{"status":"administrator"}`, `{"status":"kicked"}`, messages.Removed, true},
		{home, `{"status":"kicked"}`, `{"status":"member"}`, messages.Opened, true},
		{home, `{"status":"member"}`, `{"status":"kicked"}`, messages.Removed, true},
		{lisse, `{"status":"left"}`, `{"status":"new one"}`, "", false},
	} {
		a := read(t, `{"update_id":3,"my_chat_member":{`+c.chat+`,`+anna+`,`+date+`,"old_chat_member":`+c.from+`,"new_chat_member":`+c.to+`}}`)
		if a.known != c.known || a.in.Event != c.want || (c.known && a.in.ID != "u3") {
			t.Errorf("%s to %s: %+v", c.from, c.to, a)
		}
	}
}

func TestTranslateReactions(t *testing.T) {
	thumb, heart, own := `{"type":"emoji","emoji":"👍"}`, `{"type":"emoji","emoji":"❤"}`, `{"type":"custom_emoji","custom_emoji_id":"5"}`
	person := strings.Replace(anna, `"from"`, `"user"`, 1)
	for _, c := range []struct {
		who, before, now, want string
		known                  bool
	}{
		{person, ``, thumb, "👍", true},
		{person, heart, heart + `,` + thumb, "👍", true},
		{person, heart, thumb, "👍", true},
		{person, thumb, ``, "", true},
		{person, heart + `,` + thumb, thumb, "", true},
		{person, ``, own, "", true},
		{`"actor_chat":{"id":-1001,"type":"supergroup"}`, ``, thumb, "👍", true},
		{`"actor_chat":{"id":-77,"type":"channel"}`, ``, thumb, "", false},
		{`"user":{"id":9,"is_bot":true}`, ``, thumb, "", false},
	} {
		a := read(t, `{"update_id":3,"message_reaction":{`+lisse+`,"message_id":41,`+c.who+`,`+date+`,"old_reaction":[`+c.before+`],"new_reaction":[`+c.now+`]}}`)
		if a.known != c.known || a.known && (a.in.Event != messages.Reacted || a.in.Reaction != c.want || a.in.ReplyTo != "41" || a.in.ID != "r3" || a.in.From.ID == "") {
			t.Errorf("%s: [%s] to [%s]: %+v", c.who, c.before, c.now, a)
		}
	}
}

func TestNotHeard(t *testing.T) {
	for name, m := range map[string]string{
		"another bot":              `"from":{"id":9,"is_bot":true,"first_name":"B"},` + lisse + `,"text":"/help"`,
		"another bot's command":    anna + `,` + lisse + `,"text":"/help@other_bot"`,
		"another channel speaking": `"from":{"id":136817688,"is_bot":true},"sender_chat":{"id":-77,"type":"channel"},` + lisse + `,"text":"hi"`,
		"a copied channel post":    `"from":{"id":777000},"is_automatic_forward":true,"sender_chat":{"id":-77,"type":"channel"},` + lisse + `,"text":"hi"`,
		"others who came in":       anna + `,` + lisse + `,"new_chat_members":[{"id":8,"first_name":"P"}]`,
		"the old id of a group":    anna + `,` + lisse + `,"migrate_from_chat_id":-4`,
		"a chat of unknown kind":   anna + `,"chat":{"id":3,"type":"lounge"},"text":"hi"`,
		"a pinned message":         anna + `,` + lisse + `,"pinned_message":{"message_id":3,` + lisse + `}`,
	} {
		if a := read(t, `{"update_id":1,"message":{"message_id":5,`+date+`,`+m+`}}`); a.known {
			t.Errorf("%s was heard: %+v", name, a.in)
		}
	}
	if a := read(t, `{"update_id":1,"edited_message":{"message_id":5,`+anna+`,`+home+`,"text":"/alert"}}`); a.known {
		t.Errorf("an edited message was heard: %+v", a.in)
	}
}

func TestOwnCommand(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"/help", "/help", true},
		{"/help@our_bot", "/help", true},
		{"/help@OUR_Bot 2\nrest", "/help 2\nrest", true},
		{"/help@our_bot\nrest", "/help\nrest", true},
		{"/help@other_bot", "", false},
		{"/help @other_bot", "/help @other_bot", true},
		{"mail me@our_bot", "mail me@our_bot", true},
		{"/path@our_bot/x", "/path@our_bot/x", true},
		{"/help@", "/help@", true},
	} {
		if got, ok := ownCommand(c.in, "our_bot"); got != c.want || ok != c.ok {
			t.Errorf("ownCommand(%q) = %q, %t", c.in, got, ok)
		}
	}
}

// FuzzUpdate feeds the decoder what a broken or hostile server could send: it must not panic, and what it lets through
// must have what the inbox drops repeats by.
func FuzzUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"message_id":5,` + anna + `,` + home + `,` + date + `,"text":"/help@BuurtBode_bot x"}}`))
	f.Add([]byte(`{"update_id":2,"callback_query":{"id":"77","data":"a",` + anna + `,"message":{"message_id":41,` + lisse + `}}}`))
	f.Add([]byte(`{"update_id":3,"my_chat_member":{` + lisse + `,` + anna + `,"old_chat_member":{"status":"left"},"new_chat_member":{"status":"member"}}}`))
	f.Add([]byte(`{"update_id":4,"message":{"message_id":5,` + anna + `,` + home + `,"photo":[{"file_id":"l","width":9}],"contact":{"user_id":7},"venue":{}}}`))
	f.Add([]byte(`{"update_id":5,"channel_post":{"message_id":1,"chat":{"id":-5,"type":"channel"},"migrate_to_chat_id":4}}`))
	f.Add([]byte(`{"update_id":6,"message_reaction":{` + lisse + `,"message_id":4,"actor_chat":{"id":-1001},"new_reaction":[{"type":"emoji","emoji":"👍"}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, readable, err := parseUpdate(raw)
		if err != nil {
			return
		}
		var stub struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &stub) == nil && stub.ID != u.ID {
			t.Fatalf("update %d was read as %d", stub.ID, u.ID)
		}
		if !readable {
			return
		}
		a := translate(u, "BuurtBode_bot")
		if !a.known {
			return
		}
		if len(a.in.ID) < 2 || a.in.At.Chat == "" || a.in.At.Chat == "0" || a.in.Kind == "" {
			t.Fatalf("without an identity: %+v", a.in)
		}
		if a.in.Event == messages.Said && a.in.From.ID == "" {
			t.Fatalf("said by nobody: %+v", a.in)
		}
		if (a.file != "") && (a.in.Photo == nil || a.in.Kind != messages.Direct) {
			t.Fatalf("would fetch a file for nothing: %+v", a)
		}
		a.in.Cleaned()
	})
}
