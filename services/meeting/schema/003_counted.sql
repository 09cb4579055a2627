-- A meeting begins with nothing counted; whoever owns what is counted writes the number (meeting_counted.h).
ALTER TABLE meeting ALTER COLUMN comments SET DEFAULT 0;
