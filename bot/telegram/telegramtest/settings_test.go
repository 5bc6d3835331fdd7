package telegramtest

import (
	"testing"

	"github.com/mymmrac/telego"
)

func TestTelegoSettings(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	ctx := t.Context()
	list := []telego.BotCommand{{Command: "help", Description: "Wat kan ik?"}}
	scope := &telego.BotCommandScopeAllPrivateChats{Type: "all_private_chats"}
	set := &telego.SetMyCommandsParams{Commands: list, Scope: scope, LanguageCode: "nl"}
	if err := b.SetMyCommands(ctx, set); err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]int{"nl": 1, "": 0} {
		got, err := b.GetMyCommands(ctx, &telego.GetMyCommandsParams{Scope: scope, LanguageCode: language})
		if err != nil || len(got) != want {
			t.Errorf("commands in %q: %v, %v", language, got, err)
		}
	}
	if m := s.Menu("all_private_chats", "nl"); len(m) != 1 || m[0] != list[0] {
		t.Errorf("the menu is %v", m)
	}
	if err := b.DeleteMyCommands(ctx, &telego.DeleteMyCommandsParams{Scope: scope, LanguageCode: "nl"}); err != nil || len(s.Menu("all_private_chats", "nl")) != 0 {
		t.Errorf("deleting: %v", err)
	}
	set.Commands = []telego.BotCommand{{Command: "Help", Description: "x"}}
	refused(t, b.SetMyCommands(ctx, set), 400, "Bad Request: BOT_COMMAND_INVALID")
	if err := b.SetMyDescription(ctx, &telego.SetMyDescriptionParams{Description: "een bode"}); err != nil {
		t.Error(err)
	}
	if d, err := b.GetMyDescription(ctx, &telego.GetMyDescriptionParams{LanguageCode: "nl"}); err != nil || d.Description != "een bode" {
		t.Errorf("described as %v, %v", d, err)
	}
	if err := b.SetMyShortDescription(ctx, &telego.SetMyShortDescriptionParams{ShortDescription: "bode"}); err != nil {
		t.Error(err)
	}
	if err := b.SetChatMenuButton(ctx, &telego.SetChatMenuButtonParams{MenuButton: &telego.MenuButtonCommands{Type: "commands"}}); err != nil {
		t.Error(err)
	}
	if m, err := b.GetChatMenuButton(ctx, &telego.GetChatMenuButtonParams{}); err != nil || m.ButtonType() != "commands" {
		t.Errorf("the menu button is %v, %v", m, err)
	}
}
