package telegram

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// SetMenus sets the commands that Telegram's apps offer beside the typing box, by language and kind of chat; a menu
// without entries is removed, and channels have none. It tries all of them and joins what failed.
// https://core.telegram.org/bots/api#setmycommands
func (t *Telegram) SetMenus(ctx context.Context, menus []messages.Menu) error {
	var failed []error
	for _, m := range menus {
		if m.Kind == messages.Channel {
			continue
		}
		if err := t.setMenu(ctx, m); err != nil {
			failed = append(failed, fmt.Errorf("set the menu of %s chats in %q: %w", m.Kind, m.Language, t.plain(err)))
		}
	}
	return errors.Join(failed...)
}

func (t *Telegram) setMenu(ctx context.Context, m messages.Menu) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var scope models.BotCommandScope = &models.BotCommandScopeAllPrivateChats{}
	if m.Kind == messages.Group {
		scope = &models.BotCommandScopeAllGroupChats{}
	}
	if len(m.Entries) == 0 {
		_, err := t.api.DeleteMyCommands(ctx, &bot.DeleteMyCommandsParams{Scope: scope, LanguageCode: m.Language})
		return err
	}
	commands := make([]models.BotCommand, len(m.Entries))
	for i, e := range m.Entries {
		commands[i] = models.BotCommand{Command: e.Name, Description: e.Description}
	}
	_, err := t.api.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: commands, Scope: scope, LanguageCode: m.Language})
	return err
}
