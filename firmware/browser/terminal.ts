throw new Error('the terminal is not finished');
