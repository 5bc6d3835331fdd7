package whatsapp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// inGroup is an admin group with Anna and Bert, who has two devices, in which the bot is.
func inGroup(t *testing.T, parts ...whatsapptest.GroupPart) (r *rig, anna, bert *whatsapptest.Phone, group messages.Outbound) {
	t.Helper()
	r = newRig(t).start()
	anna, bert = r.server.Person("Anna", annasNumber), r.server.Person("Bert", bertsNumber)
	chat := r.server.Group("Beheerders Lisse", append(parts, anna, bert, whatsapptest.Member(botsNumber))...)
	r.hears("being added", func(in messages.Inbound) bool { return in.Event == messages.Added })
	return r, anna, bert, to(chat, messages.Group, "", "")
}

// with is the message with another key and text.
func with(m messages.Outbound, k byte, text string) messages.Outbound {
	m.Key, m.Body = key(k), plainText(text)
	return m
}

func TestARepeatIsOneMessage(t *testing.T) {
	r, anna, _, group := inGroup(t)
	chat := jid(t, group)
	alert := with(group, 1, "Vermist: meisje van 8")
	first, second := r.send(alert), r.send(alert)
	if first.ID != second.ID {
		t.Errorf("the repeat is %q, the first was %q", second.ID, first.ID)
	}
	anna.HearsWhere(t, chat, "twice", func(m whatsapptest.Message) bool { return m.Copies > 1 || m.ID == first.ID })
	r.send(with(group, 2, "daarna"))
	anna.Hears(t, chat, "daarna")
	if all := anna.Heard(chat); len(all) != 2 {
		t.Errorf("the phone shows %d messages, want 2", len(all))
	}
}

func TestAnswersEditsAndWithdrawals(t *testing.T) {
	r, anna, bert, group := inGroup(t)
	chat := jid(t, group)
	alert := r.send(with(group, 1, "Vermist: meisje van 8"))
	answer := with(group, 2, "Gevonden, in goede gezondheid")
	answer.ReplyTo = alert.ID
	r.send(answer)
	if m := anna.Hears(t, chat, "Gevonden"); m.Quotes != alert.ID {
		t.Errorf("the outcome answers %q, want %q", m.Quotes, alert.ID)
	}

	edit := with(group, 3, "Vermist: meisje van 9")
	edit.Action, edit.Target = messages.Edit, alert.ID
	if sent := r.send(edit); sent.ID != alert.ID {
		t.Errorf("the edit is %q", sent.ID)
	}
	for _, p := range []*whatsapptest.Phone{anna, bert} {
		p.HearsWhere(t, chat, "edited", func(m whatsapptest.Message) bool {
			return m.ID == alert.ID && m.Edited && m.Text == "Vermist: meisje van 9"
		})
	}

	r.mu.Lock()
	r.now = r.now.Add(16 * time.Minute)
	r.mu.Unlock()
	late := with(group, 4, "Vermist: jongen van 9")
	late.Action, late.Target = messages.Edit, alert.ID
	if sent := r.send(late); sent.ID == alert.ID {
		t.Error("an edit after a quarter of an hour is still an edit")
	}
	if m := anna.Hears(t, chat, "jongen van 9"); m.Quotes != alert.ID || m.Edited {
		t.Errorf("the late correction is %+v", m)
	}

	withdrawal := messages.Outbound{To: group.To, Kind: messages.Group, Key: key(5), Action: messages.Withdraw, Target: alert.ID}
	r.send(withdrawal)
	anna.HearsWhere(t, chat, "withdrawn", func(m whatsapptest.Message) bool { return m.ID == alert.ID && m.Revoked })
}

func TestPhotosAreUploadedOnce(t *testing.T) {
	r, anna, bert, group := inGroup(t)
	chat := jid(t, group)
	picture := photo(t)
	m := with(group, 1, "Gestolen: deze fiets")
	m.Photo = &messages.Photo{SHA256: "aa", Data: picture}
	sent := r.send(m)
	got := anna.Hears(t, chat, "Gestolen")
	if got.Kind != whatsapptest.Photo || string(anna.Downloads(got)) != string(picture) {
		t.Errorf("the photo is %+v", got)
	}
	if !json.Valid([]byte(sent.PhotoFile)) {
		t.Errorf("the reference is %q", sent.PhotoFile)
	}
	again := with(group, 2, "Nog steeds gestolen")
	again.Photo = &messages.Photo{SHA256: "bb", File: sent.PhotoFile} // without the bytes, as another process has it
	r.send(again)
	if got := bert.Hears(t, chat, "Nog steeds"); string(bert.Downloads(got)) != string(picture) {
		t.Error("the second photo can't be fetched")
	}
	r.mu.Lock()
	r.now = r.now.Add(8 * 24 * time.Hour)
	r.mu.Unlock()
	again.Key, again.Photo.SHA256 = key(3), "cc"
	var refused *messages.SendError
	if _, err := r.trySend(again); !errors.As(err, &refused) || refused.Code != "photo_file" {
		t.Errorf("a photo of last week gives %v, want photo_file: its bytes come with the next try", err)
	}
}

func TestDocumentsComeWithNameAndWords(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/groepen bestand")
	asked := r.hearsText("/groepen bestand")
	list := []byte("Groep;Telefoon\r\nVogelwijk;06 12345678\r\n")
	m := messages.Outbound{
		To: asked.At, Kind: messages.Direct, ReplyTo: asked.ID, Key: key(1), Body: plainText("Alle groepen"),
		Document: &messages.Document{Name: "register-lisse-2018-05-10.csv", Type: messages.CSV, Data: list},
	}
	first, second := r.send(m), r.send(m)
	if first.ID != second.ID || first.PhotoFile != "" {
		t.Errorf("the document is %+v, and a repeat of it %+v", first, second)
	}
	got := anna.Hears(t, bot, "Alle groepen")
	d := got.Raw.GetDocumentMessage()
	if got.Kind != whatsapptest.Document || !bytes.Equal(anna.Downloads(got), list) || d.GetFileName() != m.Document.Name || d.GetMimetype() != messages.CSV || got.Quotes != asked.ID {
		t.Errorf("the document is %+v", got)
	}
	m.Key, m.Body = key(2), nil
	r.send(m)
	anna.HearsWhere(t, bot, "with a file and no words", func(m whatsapptest.Message) bool {
		return m.Kind == whatsapptest.Document && m.Text == ""
	})
	m.Key, m.Document = key(3), &messages.Document{Name: "x.csv"}
	var refused *messages.SendError
	if _, err := r.trySend(m); !errors.As(err, &refused) || refused.Code != "empty" || refused.Retry {
		t.Errorf("a document without bytes gives %v", err)
	}
}

func TestPlacesAndNothing(t *testing.T) {
	r, anna, _, group := inGroup(t)
	place := messages.Outbound{To: group.To, Kind: messages.Group, Key: key(1), Place: &messages.Place{Latitude: 52.2, Longitude: 4.5, Name: "Keukenhof"}}
	r.send(place)
	if m := anna.HearsWhere(t, jid(t, group), "with a place", func(m whatsapptest.Message) bool { return m.Kind == whatsapptest.Place }); m.Text != "Keukenhof" {
		t.Errorf("the place is %+v", m)
	}
	var refused *messages.SendError
	if _, err := r.trySend(messages.Outbound{To: group.To, Key: key(2)}); !errors.As(err, &refused) || refused.Code != "empty" || refused.Retry {
		t.Errorf("nothing gives %v", err)
	}
}

// What the bot says stays no longer in a chat than what others say there.
func TestDisappearingMessages(t *testing.T) {
	r, anna, _, group := inGroup(t, whatsapptest.Disappearing(24*time.Hour))
	chat := jid(t, group)
	r.send(with(group, 1, "Bericht 1"))
	if m := anna.Hears(t, chat, "Bericht 1"); m.Expires != 24*time.Hour {
		t.Errorf("it stays %v, want a day", m.Expires)
	}
	r.server.SetDisappearing(chat, 0)
	r.server.Confirmed(t, botsNumber)
	r.send(with(group, 2, "Bericht 2"))
	if m := anna.Hears(t, chat, "Bericht 2"); m.Expires != 0 {
		t.Errorf("it stays %v, want for good", m.Expires)
	}
}

func TestLeavingAGroup(t *testing.T) {
	r, _, _, group := inGroup(t)
	leave := messages.Outbound{To: group.To, Kind: messages.Group, Key: key(1), Action: messages.LeaveChat}
	r.send(leave)
	if members := r.server.Members(jid(t, group)); slices.Contains(members, botsNumber) || len(members) != 2 {
		t.Errorf("the members are %v", members)
	}
	var refused *messages.SendError
	if _, err := r.trySend(with(group, 2, "nog iets")); !errors.As(err, &refused) || refused.Retry {
		t.Errorf("writing to a group that was left gives %v", err)
	}
}

func TestSecondDeviceHears(t *testing.T) {
	r, _, bert, group := inGroup(t)
	second := secondDevice(t, r, bertsNumber)
	chat := jid(t, group)
	sent := r.send(with(group, 1, "Vermist"))
	bert.Hears(t, chat, "Vermist")
	if got := second(t); got != sent.ID {
		t.Errorf("the second device got %q, want %q", got, sent.ID)
	}
}

func TestChartsAreWhatTheyAre(t *testing.T) {
	r, anna, _, group := inGroup(t)
	chat := jid(t, group)
	var chart bytes.Buffer
	if err := png.Encode(&chart, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	m := with(group, 1, "Dekking: Lisse 1,27")
	m.Photo = &messages.Photo{SHA256: "chart", Data: chart.Bytes()}
	r.send(m)
	got := anna.Hears(t, chat, "Dekking")
	if kind := got.Raw.ImageMessage.GetMimetype(); kind != "image/png" || !bytes.Equal(anna.Downloads(got), chart.Bytes()) {
		t.Errorf("the chart came as %s: %+v", kind, got)
	}
}
