package webchat

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

const key = "key-00000001"

func TestSayStandsOnceHoweverOftenItIsSaid(t *testing.T) {
	b := open(t, true)
	b.failures = 2
	body := `{"chat":"anna","key":"` + key + `","text":" /saar "}`
	for _, want := range []int{http.StatusServiceUnavailable, http.StatusServiceUnavailable, http.StatusOK, http.StatusOK} {
		if got := b.status(http.MethodPost, "/api/say?as=anna", body); got != want {
			t.Fatalf("status %d, not %d", got, want)
		}
		if want != http.StatusOK {
			if got := b.texts("anna"); got != "anna: /saar (waits)" {
				t.Errorf("while the bot doesn't take it the chat has %q", got)
			}
		}
	}
	if got := b.texts("anna"); got != "anna: /saar" {
		t.Errorf("the chat has %q", got)
	}
	got := b.received()
	if len(got) != 1 {
		t.Fatalf("the bot got %d messages, not 1", len(got))
	}
	in := got[0]
	if in.ID != key || in.Text != "/saar" || in.From.ID != "anna" || in.From.Name != "Anna" || in.From.Language != "nl" ||
		in.Kind != messages.Direct || in.At != (messages.Address{Platform: "webchat", Account: "test", Chat: "anna"}) {
		t.Errorf("the bot got %+v", in)
	}
}

func TestSayWaitsWhileNobodyTakesIt(t *testing.T) {
	b := open(t, true)
	b.web.close()
	if b.web.Ready() {
		t.Error("it is ready without Run")
	}
	if got := b.status(http.MethodPost, "/api/say?as=anna", `{"chat":"anna","key":"`+key+`","text":"hi"}`); got != http.StatusServiceUnavailable {
		t.Errorf("status %d, not 503", got)
	}
	if got := b.texts("anna"); got != "" {
		t.Errorf("the chat has %q", got)
	}
}

func TestSayWhatIsNotAllowed(t *testing.T) {
	b := open(t, true)
	long := strings.Repeat("x", maxText+1)
	for _, c := range []struct {
		what, as, body string
		want           int
	}{
		{"somebody else's chat", "bob", `{"chat":"anna","key":"` + key + `","text":"hi"}`, http.StatusForbidden},
		{"no such chat", "bob", `{"chat":"nowhere","key":"` + key + `","text":"hi"}`, http.StatusForbidden},
		{"a channel that one reads", "bob", `{"chat":"channel","key":"` + key + `","text":"hi"}`, http.StatusForbidden},
		{"nobody", "carl", `{"chat":"anna","key":"` + key + `","text":"hi"}`, http.StatusUnauthorized},
		{"nothing", "anna", `{"chat":"anna","key":"` + key + `","text":"  "}`, http.StatusBadRequest},
		{"no key", "anna", `{"chat":"anna","text":"hi"}`, http.StatusBadRequest},
		{"a key of other letters", "anna", `{"chat":"anna","key":"\u0000<script>","text":"hi"}`, http.StatusBadRequest},
		{"too long a text", "anna", `{"chat":"anna","key":"` + key + `","text":"` + long + `"}`, http.StatusRequestEntityTooLarge},
		{"too large a body", "anna", `{"chat":"anna","key":"` + key + `","text":"` + strings.Repeat("x", maxJSON) + `"}`, http.StatusRequestEntityTooLarge},
		{"no JSON", "anna", `<xml>`, http.StatusBadRequest},
		{"a place off the earth", "anna", `{"chat":"anna","key":"` + key + `","place":{"lat":91,"lon":0}}`, http.StatusBadRequest},
		{"a contact without a number", "anna", `{"chat":"anna","key":"` + key + `","contact":{"name":"x"}}`, http.StatusBadRequest},
		{"a choice that isn't there", "anna", `{"chat":"anna","key":"` + key + `","tapped":"/saar 1","tapped_at":1}`, http.StatusGone},
		{"a start with odd letters", "anna", `{"chat":"anna","key":"` + key + `","start":"a b"}`, http.StatusBadRequest},
	} {
		if got := b.status(http.MethodPost, "/api/say?as="+c.as, c.body); got != c.want {
			t.Errorf("%s: status %d, not %d", c.what, got, c.want)
		}
	}
	if got := b.received(); len(got) != 0 {
		t.Errorf("the bot got %+v", got)
	}
}

func TestSayEverythingThereIs(t *testing.T) {
	b := open(t, true)
	question := b.sends(messages.Outbound{
		To: messages.Address{Chat: "group"}, Action: messages.Send, Body: messages.Rich{{Text: "which?"}}, Key: "q",
		Choices: []messages.Choice{{Number: 1, Label: "One", Data: "/one"}, {Label: "Site", Link: "https://x.nl"}},
	})
	for i, body := range []string{
		`"tapped":"/one","tapped_at":` + question.ID, `"place":{"lat":52.2,"lon":4.5,"name":"here"}`,
		`"contact":{"name":"Anna","phone":"0612345678"}`, `"contact":{"name":"X","phone":"0687654321"}`, `"file":"a.pdf"`,
		`"text":"an answer","reply_to":` + question.ID, `"start":"register"`,
	} {
		body = `{"chat":"group","key":"` + key + string(rune('a'+i)) + `",` + body + `}`
		if got := b.status(http.MethodPost, "/api/say?as=anna", body); got != http.StatusOK {
			t.Fatalf("%s: status %d", body, got)
		}
	}
	got := b.received()
	if in := got[0]; in.Tapped != "/one" || in.TappedAt != question.ID || in.Text != "" || !in.From.ChatAdmin || in.Title != "Beheerders" {
		t.Errorf("a tap arrived as %+v", in)
	}
	if p := got[1].Place; p == nil || p.Latitude != 52.2 || p.Name != "here" {
		t.Errorf("a place arrived as %+v", p)
	}
	if own, other := got[2].Contact, got[3].Contact; !own.Own || own.Phone != "0612345678" || other.Own {
		t.Errorf("contacts arrived as %+v and %+v", own, other)
	}
	if !got[4].Other || got[5].ReplyTo != question.ID || got[6].Text != "/start register" {
		t.Errorf("a file, an answer and a start arrived as %+v, %+v, %+v", got[4], got[5], got[6])
	}
	if got := b.texts("group"); !strings.HasPrefix(got, "bot: which? | anna: 1. One | anna: ") {
		t.Errorf("the group has %q", got)
	}
}

func TestSayInAChannelHasNoName(t *testing.T) {
	b := open(t, true)
	b.status(http.MethodPost, "/api/say?as=anna", `{"chat":"channel","key":"`+key+`","text":"/link X"}`)
	if got := b.received(); len(got) != 1 || got[0].From != (messages.Sender{}) || got[0].Kind != messages.Channel {
		t.Errorf("the bot got %+v", got)
	}
}

func TestSayAPhoto(t *testing.T) {
	b := open(t, true)
	q := url.Values{"as": {"anna"}, "chat": {"anna"}, "key": {key}, "text": {"my bike"}}
	res := b.do(http.MethodPost, "/api/photo?"+q.Encode(), string(snapshot(t)))
	defer func() { _ = res.Body.Close() }()
	var m Message
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
	if got := b.received(); len(got) != 1 || got[0].Photo == nil || len(got[0].Photo.Data) == 0 || got[0].Text != "my bike" {
		t.Fatalf("the bot got %+v", got)
	}
	for who, want := range map[string]int{"anna": http.StatusOK, "bob": http.StatusNotFound} {
		if got := b.status(http.MethodGet, "/photo/"+m.Photo+"?as="+who, ""); got != want {
			t.Errorf("%s sees the photo with %d, not %d", who, got, want)
		}
	}
	if got := b.status(http.MethodPost, "/api/photo?as=anna&chat=anna&key="+key+"2", "no photo"); got != http.StatusBadRequest {
		t.Errorf("what is no photo is answered %d", got)
	}
	if got := b.status(http.MethodPost, "/api/photo?as=anna&chat=anna&key="+key+"3", strings.Repeat("x", maxPhoto+1)); got != http.StatusRequestEntityTooLarge {
		t.Errorf("too large a photo is answered %d", got)
	}
}

func TestHappened(t *testing.T) {
	b := open(t, true)
	chat, _ := b.street.Chat("group")
	if err := b.web.Happened(context.Background(), chat, "e1", messages.Added); err != nil {
		t.Fatal(err)
	}
	if got := b.received(); len(got) != 1 || got[0].Event != messages.Added || got[0].Title != "Beheerders" {
		t.Errorf("the bot got %+v", got)
	}
}
