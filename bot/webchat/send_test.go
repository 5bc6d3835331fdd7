package webchat

import (
	"context"
	"errors"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

func (b *bench) refused(m messages.Outbound) *messages.SendError {
	b.t.Helper()
	_, err := b.web.Send(context.Background(), m)
	var e *messages.SendError
	if !errors.As(err, &e) {
		b.t.Fatalf("Send gave %v, no SendError", err)
	}
	return e
}

func TestSendChangesAndRepeats(t *testing.T) {
	b := open(t, true)
	first := b.sends(to("group", "one", "k1"))
	if again := b.sends(to("group", "one", "k1")); again != first {
		t.Errorf("a repeat became %+v, the first was %+v", again, first)
	}
	answer := to("group", "two", "k2")
	answer.ReplyTo = first.ID
	answer.Choices = []messages.Choice{{Label: "ok", Data: "/ok"}}
	second := b.sends(answer)

	edit := to("group", "one, corrected", "k3")
	edit.Action, edit.Target = messages.Edit, first.ID
	b.sends(edit)
	unbutton := messages.Outbound{To: answer.To, Action: messages.Unbutton, Target: second.ID}
	b.sends(unbutton)
	all, err := b.web.Messages(context.Background(), "group")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Body.String() != "one, corrected" || !all[0].Edited || all[1].ReplyTo != 1 || len(all[1].Choices) != 0 || all[1].Edited {
		t.Errorf("the group has %+v", all)
	}

	b.sends(messages.Outbound{To: answer.To, Action: messages.Withdraw, Target: first.ID})
	if got := b.texts("group"); got != "bot: (withdrawn) | bot: two" {
		t.Errorf("the group has %q", got)
	}
	for _, a := range []messages.Action{messages.Edit, messages.Withdraw, messages.Unbutton} { // there is nothing left to change
		b.sends(messages.Outbound{To: answer.To, Action: a, Target: first.ID, Body: messages.Rich{{Text: "x"}}})
		b.sends(messages.Outbound{To: answer.To, Action: a, Target: "99", Body: messages.Rich{{Text: "x"}}})
	}
	if got := b.texts("group"); got != "bot: (withdrawn) | bot: two" {
		t.Errorf("after changes of what is gone the group has %q", got)
	}
}

func TestSendPhoto(t *testing.T) {
	b := open(t, true)
	m := to("anna", "", "k1")
	m.Body, m.Photo = nil, &messages.Photo{SHA256: "x", Data: snapshot(t)}
	sent := b.sends(m)
	m.Key, m.Photo = "k2", &messages.Photo{File: sent.PhotoFile}
	if again := b.sends(m); again.PhotoFile != sent.PhotoFile || again.ID == sent.ID {
		t.Errorf("by its id the photo became %+v", again)
	}
	m.Key, m.Photo = "k3", &messages.Photo{File: "unknown"}
	if e := b.refused(m); e.Code != "photo_file" || e.Retry {
		t.Errorf("a photo that isn't kept: %+v", e)
	}
}

func TestSendWhatCannotBe(t *testing.T) {
	b := open(t, true)
	if e := b.refused(to("nowhere", "x", "k")); !e.Gone || e.Retry {
		t.Errorf("to no chat: %+v", e)
	}
	if e := b.refused(messages.Outbound{To: messages.Address{Chat: "anna"}, Action: messages.Send}); e.Code != "empty" {
		t.Errorf("nothing: %+v", e)
	}
	if e := b.refused(messages.Outbound{To: messages.Address{Chat: "anna"}, Action: messages.Edit, Target: "x"}); e.Code != "target" {
		t.Errorf("an edit of something else: %+v", e)
	}
	if e := b.refused(messages.Outbound{To: messages.Address{Chat: "anna"}, Action: "dance"}); e.Code != "action" {
		t.Errorf("an unknown action: %+v", e)
	}
}

func TestSendLeave(t *testing.T) {
	b := open(t, true)
	b.sends(messages.Outbound{To: messages.Address{Chat: "group"}, Action: messages.LeaveChat})
	if e := b.refused(to("group", "x", "k")); !e.Gone {
		t.Errorf("after leaving: %+v", e)
	}
	all, err := b.web.Messages(context.Background(), "group")
	if err != nil || len(all) != 1 || all[0].Event != "left" {
		t.Errorf("the group has %+v, %v", all, err)
	}
	if got := b.status("POST", "/api/say?as=anna", `{"chat":"group","key":"`+key+`","text":"/help"}`); got != 403 {
		t.Errorf("a message to a group that the bot left is answered %d", got)
	}
}
